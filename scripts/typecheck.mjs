// One compiler program per environment: what a folder may use is what its program's `lib` and `types` contain.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { references } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
const failed = references.filter(
  ({ path }) => spawnSync('tsc', ['-p', path], { stdio: 'inherit', shell: true }).status !== 0
)
if (failed.length > 0) {
  console.error(`type errors in: ${failed.map(({ path }) => path).join(', ')}`)
  process.exit(1)
}
