import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { ConversationId } from '../../src/shared/ipc/history-calls.ts'
import { openDatabase } from '../../src/main/node/history/open-database.ts'
import { HistoryStore } from '../../src/main/node/history/store.ts'

const CONVERSATIONS = 10_000
const LINES = 100
const WORDS = 12

const ORIGIN = { profileId: 'p', profileName: 'Test', service: 'builtin', continues: undefined }
const END = { code: 'hung-up' as const, message: 'Bye.' }

/** Most p95 of processor time (ms), which other work on the machine does not change: far above what is measured, far below what is felt. */
const LIMITS_MS = { list: 50, search: 400, letter: 800, read: 50, write: 20, remove: 800 }

/** The same numbers in [0, 1) every time. */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const random = randoms(7)

/** 20,000 made-up words, a few of them much more frequent than the others. */
const VOCABULARY = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 3 + Math.floor(random() * 8) }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join(
    ''
  )
)
const word = (): string => VOCABULARY[Math.floor(random() ** 3 * VOCABULARY.length)] ?? ''
const sentence = (): string => Array.from({ length: WORDS }, word).join(' ')

function line(at: number, atMs: number) {
  const role = at % 2 === 0 ? ('user' as const) : ('agent' as const)
  const item = { kind: 'line' as const, role, text: sentence(), atMs, interrupted: false }
  return { seq: at + 1, place: at + 1, item }
}

it('a history of a million lines is listed, searched, read and written without anybody waiting', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-million-'))
  const opened = openDatabase(dir, Date.now)
  if (opened.kind !== 'open') throw new Error(opened.problem.message)
  const store = new HistoryStore(opened.database)
  for (let at = 0; at < CONVERSATIONS; at += 1) {
    const startedAtMs = 1e12 + at * 1e6
    const items = Array.from({ length: LINES }, (_, index) => line(index, startedAtMs + index))
    store.write(undefined, ORIGIN, {
      startedAtMs,
      lastAtMs: startedAtMs + LINES,
      title: 't',
      lines: LINES,
      items,
      end: END
    })
  }
  store.scrub()

  const figures: Record<string, number> = {}
  const measure = (what: keyof typeof LIMITS_MS, times: number, run: (at: number) => void): void => {
    const took = Array.from({ length: times }, (_, at) => {
      const before = process.cpuUsage()
      run(at)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }).toSorted((a, b) => a - b)
    figures[`${what} p50`] = took[times >> 1] ?? 0
    figures[`${what} p95`] = took[Math.floor(times * 0.95)] ?? 0
  }
  const list = (query?: string, before?: number) => {
    const page = store.list({ query, before: before as ConversationId | undefined, limit: 30 })
    return page.conversations.length
  }
  measure('list', 200, () => list(undefined, 1 + Math.floor(random() * CONVERSATIONS)))
  measure('search', 200, (at) => list(Array.from({ length: 1 + (at % 3) }, word).join(' ')))
  measure('letter', 50, (at) => list(String.fromCharCode(97 + (at % 26))))
  measure('read', 200, () => store.read((1 + Math.floor(random() * CONVERSATIONS)) as ConversationId))
  let id: ConversationId | undefined
  measure('write', 2_000, (at) => {
    const items = [line(at, 2e12)]
    id = store.write(id, ORIGIN, { startedAtMs: 2e12, lastAtMs: 2e12, title: 't', lines: at, items, end: undefined })
  })
  measure('remove', 50, (at) => store.remove((at + 1) as ConversationId))
  const megabytes = statSync(path.join(dir, 'history.db')).size / 1e6
  store.close()
  rmSync(dir, { recursive: true })
  const told = Object.entries(figures).map(([what, ms]) => `${what} ${ms.toFixed(2)} ms`)
  process.stdout.write(`${[`${megabytes.toFixed(0)} MB`, ...told].join(', ')}\n`)
  const slow = Object.entries(LIMITS_MS).filter(([what, limitMs]) => (figures[`${what} p95`] ?? Infinity) >= limitMs)
  expect(slow).toEqual([])
})
