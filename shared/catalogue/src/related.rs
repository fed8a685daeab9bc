//! Which products are shown beside a product, and how well they go with it.

use crate::{
    Catalogue,
    row_rng::{Purpose, RowRng},
    vocabulary::KINDS,
};

/// Related products of each product; fewer only in a catalogue with fewer products.
pub const RELATED_PER_PRODUCT: u64 = 12;

/// Scores by place, in thousandths: the first few matter, the rest hardly differ.
const SCORES: [u64; RELATED_PER_PRODUCT as usize] = [960, 840, 700, 560, 450, 360, 290, 230, 180, 140, 110, 90];

impl Catalogue {
    /// The related products of one, best first, each with its score.
    ///
    /// Mostly of the same kind, and bestsellers more often than others. Hits of one search therefore share some of their
    /// related products, as they do in a real shop.
    pub(crate) fn related(&self, id: u64) -> Vec<(u64, f32)> {
        let products = u64::from(self.size().products);
        let wanted = RELATED_PER_PRODUCT.min(products - 1) as usize;
        let own = self.products.rank(id);
        let mut rng = RowRng::new(Purpose::Related, id);
        let mut ranks: Vec<u64> = Vec::with_capacity(wanted);
        let kinds = KINDS.len() as u64;
        // Products of one kind have every 64th rank (see `Product::new`).
        let same_kind = (products - own % kinds).div_ceil(kinds);
        for _ in 0..64 {
            if ranks.len() == wanted {
                break;
            }
            let rank = match rng.below(10) {
                0..7 => own % kinds + kinds * self.popularity.sample(&mut rng, same_kind),
                7..9 => own / kinds * kinds + rng.below(kinds),
                _ => self.popularity.sample(&mut rng, products),
            };
            if rank < products && rank != own && !ranks.contains(&rank) {
                ranks.push(rank);
            }
        }
        // A small catalogue may not have that many of a kind: the next in popularity follow.
        for rank in (0..products).cycle().skip(own as usize + 1) {
            if ranks.len() == wanted {
                break;
            }
            if rank != own && !ranks.contains(&rank) {
                ranks.push(rank);
            }
        }
        let scores = SCORES.map(|score| (score - rng.below(score / 10)) as f32 / 1_000.0);
        ranks.into_iter().map(|rank| self.products.id(rank)).zip(scores).collect()
    }
}
