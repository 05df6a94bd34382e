#!/usr/bin/env node
// Starts the gox of this machine's package, which npm has installed beside this one.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");
const { name } = require("../package.json");

const own = `${name}-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${own}/gox`);
} catch {
  console.error(`error: the package ${own} is not installed`);
  console.error("hint: gox is for Linux and macOS on x64 and arm64; npm leaves it out with --omit=optional");
  process.exit(1);
}

const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`error: could not run ${program}: ${error.message}`);
  process.exit(126);
}
process.exit(signal ? 128 + constants.signals[signal] : status);
