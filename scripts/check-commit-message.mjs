// Conventional Commits, checked where the message is written.
import { readFileSync } from 'node:fs'

const subject = readFileSync(process.argv[2], 'utf8').split('\n', 1)[0]
const pattern = /^(feat|fix|docs|test|refactor|perf|build|ci|chore|style|revert)(\([a-z0-9-]+\))?!?: \S.{0,98}$/
if (!pattern.test(subject) && !/^(Merge|fixup!|squash!)/.test(subject)) {
  console.error(
    `Commit subject "${subject}" is not of the form "type(scope): text", for example "fix(agent): end the turn on silence".`
  )
  process.exit(1)
}
