//! `seam!`: what the `lib.rs` of every exercise would otherwise repeat.

/// Writes a seam's id, the list of its implementations, and how one is chosen and called.
///
/// The implementations are modules of the crate: `flawed`, `yours`, `fixed`, and those named in the enum. `traps::no_wick` is
/// chosen by `trap:no-wick`. After a semicolon come those that break the contract: `broken::dark` is chosen by `broken:dark`.
/// Name them in the order of their files. From this
///
/// ```
/// # mod flawed { pub(crate) struct Lamp(pub(crate) u32); pub(crate) fn light(hour: u32) -> u32 { hour } }
/// # mod yours { pub(crate) use crate::flawed::{Lamp, light}; }
/// # mod fixed { pub(crate) use crate::flawed::{Lamp, light}; }
/// # mod traps { pub(crate) mod no_wick { pub(crate) use crate::flawed::Lamp; pub(crate) fn light(_: u32) -> u32 { 0 } } }
/// # mod broken { pub(crate) mod dark { pub(crate) use crate::flawed::Lamp; pub(crate) fn light(_: u32) -> u32 { 0 } } }
/// variant::seam! {
///     "ch01-lamp",
///     /// The implementation in use.
///     pub enum LampShade { NoWick = traps::no_wick; Dark = broken::dark }
///     /// What an implementation keeps from one evening to the next.
///     enum Kept of Lamp
/// }
///
/// impl LampShade {
///     pub fn light(self, hour: u32) -> u32 {
///         dispatch!(self, chosen => chosen::light(hour))
///     }
/// }
///
/// fn main() -> Result<(), variant::UnknownTrap> {
///     let lamp: LampShade = (&variant::Variant::Trap("no-wick".to_owned())).try_into()?;
///     assert_eq!((SEAM, lamp, lamp.light(8)), ("ch01-lamp", LampShade::NoWick, 0));
///
///     let kept = build!(lamp, chosen => chosen::Lamp(chosen::light(8)));
///     assert_eq!(dispatch!(&kept, chosen(lamp) => lamp.0 + chosen::light(8)), 0);
///     Ok(())
/// }
/// ```
///
/// come:
///
/// - `SEAM`, the id;
/// - `LampShade`, a `Copy` enum with `Flawed`, `Yours`, `Fixed`, the others, and `TryFrom<&Variant>`; its `ALL` are those that are held
///   to the contract, so without the broken ones, and its `under_test()` those of them that the tests are to look at;
/// - `Kept`, where it is asked for: an enum with one value of the module's own type for each implementation, `Flawed(flawed::Lamp)`
///   and so on. `of Arc<Lamp>` puts each into an `Arc`;
/// - `dispatch!(self, chosen => …)`: the expression for the implementation chosen, whose module is called `chosen` in it;
/// - `dispatch!(&kept, chosen(lamp) => …)`: the same, with the value that is kept;
/// - `build!`, in both forms: an expression gives the module's own type, and the whole is a `Kept`.
///
/// The expressions may be asynchronous, generic, or fail: they stand in the arms of a `match`. Use it in `lib.rs`, after the
/// modules.
#[allow(clippy::crate_in_macro_def, reason = "the implementations are modules of the crate that uses the macro")]
#[macro_export]
macro_rules! seam {
    (
        $id:literal,
        $(#[$doc:meta])* pub enum $Choice:ident {
            $($Other:ident = $list:ident::$module:ident),* $(,)?
            $(; $($Wrong:ident = $wrongs:ident::$wrong:ident),* $(,)?)?
        }
    ) => {
        $crate::seam! { @choice $id, [$(#[$doc])*] $Choice {
            Flawed = flawed, Yours = yours, Fixed = fixed, $($Other = $list::$module),*
        } { $($($Wrong = $wrongs::$wrong),*)? } }
        $crate::seam! { @macros ($) $Choice $Choice {
            Flawed = flawed, Yours = yours, Fixed = fixed, $($Other = $list::$module,)* $($($Wrong = $wrongs::$wrong),*)?
        } }
    };
    (
        $id:literal,
        $(#[$doc:meta])* pub enum $Choice:ident {
            $($Other:ident = $list:ident::$module:ident),* $(,)?
            $(; $($Wrong:ident = $wrongs:ident::$wrong:ident),* $(,)?)?
        }
        $(#[$attribute:meta])* $vis:vis enum $Kept:ident of $Kind:ident $(<$Inner:ident>)?
    ) => {
        $crate::seam! { @choice $id, [$(#[$doc])*] $Choice {
            Flawed = flawed, Yours = yours, Fixed = fixed, $($Other = $list::$module),*
        } { $($($Wrong = $wrongs::$wrong),*)? } }
        $crate::seam! { @kept [$(#[$attribute])* $vis] $Kept of $Kind $(<$Inner>)? {
            Flawed = flawed, Yours = yours, Fixed = fixed, $($Other = $list::$module,)* $($($Wrong = $wrongs::$wrong),*)?
        } }
        $crate::seam! { @macros ($) $Choice $Kept {
            Flawed = flawed, Yours = yours, Fixed = fixed, $($Other = $list::$module,)* $($($Wrong = $wrongs::$wrong),*)?
        } }
    };
    (
        @choice $id:literal, [$($doc:tt)*] $Choice:ident { $($Name:ident = $($module:ident)::+),* $(,)? }
        { $($Wrong:ident = $($wrong:ident)::+),* }
    ) => {
        /// This seam's id in `VARIANTS`.
        pub const SEAM: &str = $id;

        $($doc)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Choice {
            $(#[doc = concat!("That of `", stringify!($($module)::+), "`.")] $Name,)*
            $(#[doc = concat!("That of `", stringify!($($wrong)::+), "`.")] $Wrong,)*
        }

        impl $Choice {
            /// Every implementation that is held to the contract, for the tests.
            pub const ALL: [Self; [$(stringify!($Name)),*].len()] = [$(Self::$Name),*];

            /// Those that the tests look at: all of these, or the one that the environment names.
            ///
            /// # Panics
            /// When the environment names one that there is not.
            #[must_use]
            pub fn under_test() -> Vec<Self> {
                $crate::only_one().map_or_else(
                    || Self::ALL.to_vec(),
                    |one| vec![Self::try_from(&one).unwrap_or_else(|error| panic!("{error}"))],
                )
            }
        }

        impl TryFrom<&$crate::Variant> for $Choice {
            type Error = $crate::UnknownTrap;

            fn try_from(variant: &$crate::Variant) -> Result<Self, $crate::UnknownTrap> {
                $(if variant.is_in(&[$(stringify!($module)),+]) {
                    return Ok(Self::$Name);
                })*
                $(if variant.is_in(&[$(stringify!($wrong)),+]) {
                    return Ok(Self::$Wrong);
                })*
                Err($crate::UnknownTrap::of(SEAM, variant))
            }
        }
    };
    (@kept [$($head:tt)*] $Kept:ident of $Kind:ident { $($Name:ident = $($module:ident)::+),* $(,)? }) => {
        $($head)* enum $Kept {
            $(#[doc = concat!("That of `", stringify!($($module)::+), "`.")] $Name(crate::$($module)::+::$Kind),)*
        }
    };
    (@kept [$($head:tt)*] $Kept:ident of $Kind:ident<$Inner:ident> { $($Name:ident = $($module:ident)::+),* $(,)? }) => {
        $($head)* enum $Kept {
            $(#[doc = concat!("That of `", stringify!($($module)::+), "`.")] $Name($Kind<crate::$($module)::+::$Inner>),)*
        }
    };
    // `$d` is a dollar sign: a macro cannot write one of its own for the macros that it defines.
    (@macros ($d:tt) $Choice:ident $Kept:ident { $($Name:ident = $($module:ident)::+),* $(,)? }) => {
        #[allow(unused_macros, reason = "each seam needs its part")]
        macro_rules! dispatch {
            ($d choice:expr, $d chosen:ident => $d does:expr) => {
                match $d choice { $($Choice::$Name => { use crate::$($module)::+ as $d chosen; $d does })* }
            };
            ($d kept:expr, $d chosen:ident($d value:ident) => $d does:expr) => {
                match $d kept { $($Kept::$Name($d value) => {
                    #[allow(unused_imports, reason = "most calls need the value alone")]
                    use crate::$($module)::+ as $d chosen;
                    $d does
                })* }
            };
        }
        #[allow(unused_macros, reason = "each seam needs its part")]
        macro_rules! build {
            ($d choice:expr, $d chosen:ident => $d does:expr) => {
                match $d choice { $($Choice::$Name => { use crate::$($module)::+ as $d chosen; $Kept::$Name($d does) })* }
            };
            ($d kept:expr, $d chosen:ident($d value:ident) => $d does:expr) => {
                match $d kept { $($Kept::$Name($d value) => $Kept::$Name($d does),)* }
            };
        }
    };
}
