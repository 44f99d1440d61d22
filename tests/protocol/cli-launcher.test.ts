import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, type TestContext } from 'vitest'
import { startCli, startProgram } from './cli.test-support.ts'

// The launcher in a checkout of its own, whose build does what the test says.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** `lock`: the pid that holds the lock of the build. */
function checkout({ onTestFinished }: TestContext, build: string, lock?: string) {
  const root = mkdtempSync(path.join(tmpdir(), 'parley-launcher-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const folder of ['bin', 'scripts']) cpSync(path.join(ROOT, folder), path.join(root, folder), { recursive: true })
  const files = {
    'src/main/cli/index.ts': '',
    'package.json': '{"type":"module"}',
    'node_modules/electron-vite/package.json': '{"type":"module"}',
    'node_modules/electron-vite/bin/electron-vite.js': build,
    ...(lock === undefined ? {} : { 'out/.building': lock })
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), text)
  }
  return { root, cli: startCli(['talk', '--text', 'x'], {}, path.join(root, 'bin/parley.mjs')) }
}

const endings = [
  { signal: 'SIGINT', code: 130, build: 'ends at once', does: "process.on('SIGINT', () => process.exit(0))" },
  { signal: 'SIGTERM', code: 143, build: 'dies of it', does: '' }
] as const

for (const { signal, code, build, does } of endings) {
  test(`${signal} while it builds ends with ${code} and no word (the build ${build})`, async (context) => {
    const { root, cli } = checkout(context, `${does}\nprocess.stderr.write('at work\\n')\nsetTimeout(() => {}, 5000)`)
    cli.child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('at work')) cli.child.kill(signal)
    })
    const ran = await cli.done
    expect(ran).toMatchObject({ code, stdout: '' })
    expect(ran.stderr).not.toMatch(/parley:|failed/)
    expect(existsSync(path.join(root, 'out/.building'))).toBe(false)
  })
}

test('a build that fails ends with 70 and says so', async (context) => {
  const { cli } = checkout(context, "process.stderr.write('no such module\\n')\nprocess.exit(3)")
  const ran = await cli.done
  expect(ran).toMatchObject({ code: 70, stdout: '' })
  expect(ran.stderr).toContain('no such module')
  expect(ran.stderr).toContain('parley: The build failed (exit 3).')
})

test('SIGINT while another Parley builds ends with 130 and leaves its lock alone', async (context) => {
  const { root, cli } = checkout(context, '', String(process.pid))
  cli.child.stderr?.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('Another Parley is building')) cli.child.kill('SIGINT')
  })
  expect(await cli.done).toMatchObject({ code: 130, stdout: '' })
  expect(existsSync(path.join(root, 'out/.building'))).toBe(true)
})

test('npx --no parley runs in the checkout', async () => {
  const ran = await startProgram('npx', ['--no', 'parley', 'talk', '--in', 'no-such-file.wav']).done
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toContain('no-such-file.wav')
})
