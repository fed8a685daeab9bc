// A course of 52 planted exercises in 14 chapters, and a learner who is part of the way through: folders as `cargo lab` reads them.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workshop.js";

const planted = join(root, "bench/lab/tests/workshop");

export const exercises = JSON.parse(readFileSync(join(planted, "fifty.json"), "utf8"));

// Writes the course and the learner's record into folders that are there.
export function plant(course, state) {
  writeFileSync(join(course, "Cargo.toml"), "[workspace]\n");
  for (const one of exercises) {
    const folder = join(course, "exercises", one.id);
    mkdirSync(folder, { recursive: true });
    // Strings, numbers and lists of strings are written alike in JSON and in TOML.
    const lines = Object.entries(one).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    const rest = 'reading = "A book"\nload = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = "/" }] }\n';
    writeFileSync(join(folder, "exercise.toml"), lines.join("\n") + "\n" + rest);
    writeFileSync(join(folder, "README.md"), `# ${one.title}\n\n${one.symptom}\n`);
  }
  cpSync(join(planted, "fifty-state.toml"), join(state, "state.toml"));
}
