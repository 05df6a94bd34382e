#!/usr/bin/env node
// Starts the gox of this machine's package, which npm has installed beside this one.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { isatty } = require("node:tty");
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

// A signal to this process is meant for gox. What a key sends, the terminal has sent to gox as well, and must not come
// twice. All is set before gox starts, so that none is lost.
const keys = ["SIGINT", "SIGQUIT"];
const signals = ["SIGTERM", "SIGHUP", ...keys];
const onTerminal = [0, 1, 2].some(isatty);
for (const signal of signals) {
  process.on(signal, () => (onTerminal && keys.includes(signal)) || child.kill(signal));
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`error: could not run ${program}: ${error.message}`);
  process.exit(126);
});

// This process ends as gox did.
child.on("exit", (status, signal) => {
  process.exitCode = signal ? 128 + constants.signals[signal] : status;
  for (const name of signals) process.removeAllListeners(name);
  if (signal) process.kill(process.pid, signal);
});
