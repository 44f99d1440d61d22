import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { Assistant } from '../../core/assistant.ts'
import { silentLog } from '../../core/testing.test-support.ts'
import { composeWebHost } from './compose.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'parley-compose-'))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  rmSync(dir, { recursive: true, force: true })
})

/** The time of day goes on, every other clock stands still. */
function sleep(): void {
  vi.setSystemTime(Date.now() + 600_000)
}

test('after a sleep of the machine the assistant is told, until the host ends', async () => {
  const resume = vi.spyOn(Assistant.prototype, 'resume')
  vi.useFakeTimers({ toFake: ['Date'] })
  writeFileSync(path.join(dir, 'index.html'), 'page')
  const running = await composeWebHost({
    start: { connect: false, open: false, port: 0, dataDir: path.join(dir, 'data') },
    rendererDir: dir,
    env: {},
    log: silentLog
  })
  sleep()
  await vi.waitFor(() => expect(resume).toHaveBeenCalledTimes(1), { timeout: 10_000 })
  await running.close()
  sleep()
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(resume).toHaveBeenCalledTimes(1)
})

test('a data folder that a running Parley has is refused in one sentence, and free once that has ended', async () => {
  mkdirSync(dir, { recursive: true })
  writeFileSync(path.join(dir, 'index.html'), 'page')
  const options = {
    start: { connect: false, open: false, port: 0, dataDir: path.join(dir, 'data') },
    rendererDir: dir,
    env: {},
    log: silentLog
  }
  const first = await composeWebHost(options)
  await expect(composeWebHost(options)).rejects.toMatchObject({
    name: 'StartError',
    exitCode: 1,
    message: expect.stringMatching(/^Parley is running already with the data folder .*--data-dir DIR\.$/) as string
  })
  await first.close()
  const second = await composeWebHost(options)
  await second.close()
})
