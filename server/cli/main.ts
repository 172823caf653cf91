#!/usr/bin/env node
/** The program: `countersign start` runs a server until it is told to stop; `countersign help` lists the rest. */
import { runProgram } from './program.js';
import { processTerminal } from './terminal.js';

process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
