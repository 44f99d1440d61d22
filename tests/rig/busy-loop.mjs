// Keeps one core busy for the share of the time that its argument says, in turns of 20 ms, until it is ended.
import process from 'node:process'

const TURN_MS = 20
const busyMs = TURN_MS * Number(process.argv[2])
let nextMs = performance.now()

function turn() {
  const until = performance.now() + busyMs
  while (performance.now() < until);
  nextMs = Math.max(nextMs + TURN_MS, performance.now())
  setTimeout(turn, nextMs - performance.now())
}

turn()
