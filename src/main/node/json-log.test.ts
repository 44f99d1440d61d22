import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLog, logLevel } from './json-log.ts'

function capture(options: Parameters<typeof jsonLog>[0] = {}) {
  const lines: string[] = []
  const log = jsonLog({ write: (line) => void lines.push(line), now: () => new Date(0), ...options })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> }
}

test('writes one JSON object per line with time, level and fields', () => {
  const { log, lines } = capture()
  log.info('session ended', { session: 3, durationMs: 12 })
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"session ended","session":3,"durationMs":12}\n'
  ])
})

test('leaves out what is below its level', () => {
  const { log, lines } = capture({ level: 'warn' })
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['c', 'd'])
})

test('replaces fields named like a secret at any depth, and leaves lookalikes alone', () => {
  const { log, lines, last } = capture()
  log.info('x', {
    headers: { Authorization: 'Token hidden-1', 'x-api-key': 'hidden-2', accept: 'kept' },
    list: [{ apiKey: 'hidden-3', accessToken: 'hidden-4', client_secret: 'hidden-5' }],
    keyboard: 'kept',
    monkey: 'kept'
  })
  expect(lines.join('')).not.toContain('hidden')
  expect(last()).toMatchObject({ headers: { accept: 'kept' }, keyboard: 'kept', monkey: 'kept' })
})

test('replaces credentials inside texts and errors', () => {
  const { log, lines } = capture()
  log.error('sent Token 0123456789abcdef', {
    cause: new Error('Bearer eyJ0123.abc', { cause: new Error('ws://h/?token=s3cr3t&x=1') })
  })
  const text = lines.join('')
  for (const secret of ['0123456789abcdef', 'eyJ0123', 's3cr3t']) expect(text).not.toContain(secret)
  expect(text).toContain('ws://h/?token=[redacted]&x=1')
})

test('survives cycles, bytes and big integers', () => {
  const { log, last } = capture()
  const loop: Record<string, unknown> = { size: 1n, pcm: new Uint8Array(640) }
  loop['self'] = loop
  log.info('x', { loop })
  expect(last()['loop']).toEqual({ size: '1', pcm: { bytes: 640 }, self: '[left out]' })
})

test('appends to a file that only its owner reads, and is silent after close', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-log-'))
  const file = join(folder, 'parley.log')
  for (const message of ['one', 'two']) {
    const log = jsonLog({ file })
    log.info(message)
    log.close()
    log.close()
    log.info('late')
  }
  const messages = readFileSync(file, 'utf8').trim().split('\n')
  expect(messages.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['one', 'two'])
  rmSync(folder, { recursive: true })
})

test('the level is PARLEY_LOG_LEVEL, else warnings and errors', () => {
  const levels = [undefined, '', 'loud', 'debug', 'info', 'error'].map((level) => logLevel({ PARLEY_LOG_LEVEL: level }))
  expect(levels).toEqual(['warn', 'warn', 'warn', 'debug', 'info', 'error'])
})

test('the newest 500 lines are kept for a report, scrubbed as they are written', () => {
  const written: string[] = []
  const log = jsonLog({ write: (line) => void written.push(line), now: () => new Date(0) })
  log.info('holds CANARY-1')
  log.lines.scrub((line) => line.replaceAll('CANARY', '[key]'))
  for (let at = 0; at < 1_200; at += 1) log.info(`line ${at} CANARY`, { field: `CANARY ${at}` })
  expect(log.lines.newest()).toHaveLength(500)
  expect(log.lines.newest()[0]).toContain('line 700 [key]')
  expect(log.lines.newest().at(-1)).toContain('line 1199 [key]')
  expect(written.slice(1).join('')).not.toContain('CANARY')
  log.info('x'.repeat(10_000))
  expect(log.lines.newest().at(-1)).toHaveLength(4_001)
  log.lines.clear()
  expect(log.lines.newest()).toEqual([])
  const quiet = jsonLog({ level: 'error', write: (line) => void written.push(line) })
  const before = written.length
  quiet.debug('left out')
  quiet.info('kept and not written')
  expect(quiet.lines.newest().join('')).toMatch(/kept and not written/)
  expect(quiet.lines.newest()).toHaveLength(1)
  expect(written).toHaveLength(before)
})

test('a log that cannot be written throws at nobody, keeps its lines for a report, and tells what was lost', () => {
  const written: string[] = []
  let full = true
  const log = jsonLog({
    now: () => new Date(0),
    write: (line) => {
      if (full) throw Object.assign(new Error('EAGAIN: resource temporarily unavailable, write'), { code: 'EAGAIN' })
      written.push(line)
    }
  })
  log.warn('one')
  log.error('two')
  full = false
  log.info('three')
  const messages = written.join('').trim().split('\n')
  expect(messages.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'warn', message: 'lines of the log were lost', lines: 2 },
    { level: 'info', message: 'three' }
  ])
  expect(log.lines.newest()).toHaveLength(3)
})
