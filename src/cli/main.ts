#!/usr/bin/env -S node --max-semi-space-size=4 --optimize-for-size --v8-pool-size=1
import { commands, runCommandLine } from "./index.ts";

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time, the command may be stuck in the runtime: leave at once.
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  });
}

// A reader such as `head` may close the pipe early: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(1);
    throw error;
  });
}

process.on("uncaughtException", (error) => {
  process.stderr.write(`onward: unexpected failure: ${error.message.split("\n")[0] ?? ""}\n`);
  if (process.env["ONWARD_DEBUG"] === "1") process.stderr.write(`${error.stack ?? ""}\n`);
  process.exit(1);
});

process.exitCode = await runCommandLine(process.argv.slice(2), commands, {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
});
