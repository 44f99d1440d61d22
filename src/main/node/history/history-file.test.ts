import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../shared/ipc/history-calls.ts'
import type { ProfileId } from '../../../shared/profile.ts'
import { PROFILE } from '../../../core/testing.test-support.ts'
import { HistoryRig } from './history.test-support.ts'
import { SCHEMA_VERSION } from './schema.ts'

const DAY_MS = 24 * 60 * 60_000

let rig: HistoryRig
beforeEach(() => {
  rig = new HistoryRig()
})
afterEach(() => rig.close())

const file = (): string => path.join(rig.dir, 'history.db')
const titles = async (): Promise<string[]> => (await rig.list()).map(({ title }) => title)

/** No word has a letter in common with the start of another, so an index cannot hide one behind a shared beginning. */
const CANARY = 'qvanary7431 zmystery8852'

describe('what is too old', () => {
  it('goes at the start and once an hour, with its words', async () => {
    rig.preferences = { keep: true, days: 7 }
    rig.talk(CANARY)
    rig.clock.jump(6 * DAY_MS)
    rig.talk('Newer.')
    rig.clock.advance(2 * DAY_MS)
    expect(await titles()).toEqual(['Newer.'])
    expect(rig.filesWith('anary7431')).toEqual([])
    rig.clock.jump(6 * DAY_MS)
    rig.killed()
    expect(await titles()).toEqual(['Newer.'])
    rig.clock.advance(10_000)
    expect(await titles()).toEqual([])
  })

  it('stays for ever where no limit is set, and while somebody talks', async () => {
    rig.talk('Old.')
    rig.clock.advance(4_000 * DAY_MS)
    expect(await titles()).toEqual(['Old.'])
    rig.preferences = { keep: true, days: 1 }
    rig.connect()
    rig.clock.advance(3 * 60 * 60_000)
    expect(await titles()).toEqual(['Old.'])
    rig.hangUp()
    rig.clock.advance(60_000)
    expect(await titles()).toEqual([])
  })
})

describe('a history that is off', () => {
  it('holds nothing of a conversation', async () => {
    rig.preferences = { keep: false, days: null }
    rig.talk(CANARY)
    expect(await rig.list()).toEqual([])
    rig.restart()
    expect(rig.filesWith('anary7431')).toEqual([])
  })

  it('from now on has what was before, which comes to its end', async () => {
    rig.connect()
    rig.say('user', 'Before.')
    rig.clock.advance(1_000)
    rig.preferences = { keep: false, days: null }
    rig.say('user', CANARY)
    rig.clock.advance(1_000)
    rig.hangUp()
    expect(await rig.texts()).toEqual(['Before.'])
    expect(await rig.first()).toMatchObject({ title: 'Before.', lines: 1 })
    expect((await rig.first()).endedAtMs).not.toBeNull()
    expect(rig.filesWith('anary7431')).toEqual([])
  })
})

describe('a database', () => {
  const damage: [string, () => void][] = [
    [
      'that is none',
      () => writeFileSync(file(), 'This is not a database, but long enough to be taken for one. '.repeat(80))
    ],
    ['that is cut in half', () => truncateSync(file(), readFileSync(file()).length >> 1)],
    [
      'of another program',
      () => {
        rmSync(file())
        const other = new DatabaseSync(file())
        other.exec('CREATE TABLE conversations (x); PRAGMA user_version = 0')
        other.close()
      }
    ],
    [
      'whose tables are gone',
      () => {
        rmSync(file())
        const other = new DatabaseSync(file())
        other.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
        other.close()
      }
    ]
  ]

  it.each(damage)('%s is moved aside and told, and a new one is begun', async (_what, run) => {
    for (let at = 0; at < 20; at += 1) rig.talk(`Lost ${at} ${'long '.repeat(500)}`)
    rig.history.close()
    run()
    rig.killed()
    rig.talk('Kept.')
    expect(await titles()).toEqual(['Kept.'])
    expect(rig.problems).toMatchObject([
      { code: 'quarantined', message: expect.stringContaining('moved to history.corrupt-') }
    ])
    expect(readdirSync(rig.dir).filter((name) => name.startsWith('history.corrupt-'))).not.toEqual([])
  })

  it('that breaks while a conversation runs loses that conversation nothing', async () => {
    for (let at = 0; at < 50; at += 1) rig.talk(`Old ${at} ${'long '.repeat(500)}`)
    rig.connect()
    rig.say('user', 'First words.')
    rig.clock.advance(1_000)
    rig.history.close()
    const bytes = readFileSync(file())
    bytes.fill(0x55, 4_096 * 2)
    rig.killed()
    writeFileSync(file(), bytes)
    rig.connect()
    rig.say('user', 'In the broken one.')
    for (let at = 0; at < 10; at += 1) {
      rig.say('agent', `Line ${at}.`)
      rig.clock.advance(1_000)
    }
    rig.hangUp()
    rig.clock.advance(5_000)
    expect((await rig.texts())[0]).toBe('In the broken one.')
    expect(await rig.texts()).toHaveLength(11)
    expect(rig.problems.map(({ code }) => code)).toEqual(['quarantined'])
  })

  it('of a newer Parley is left alone, which is told', async () => {
    rig.talk('Kept.')
    rig.history.close()
    const newer = new DatabaseSync(file())
    newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    newer.close()
    const before = readFileSync(file())
    rig.killed()
    rig.talk('Not kept.')
    await expect(async () => rig.list()).rejects.toThrow(/newer Parley/)
    expect(() => rig.handlers['history:clear'](undefined)).toThrow(/newer Parley/)
    expect(readFileSync(file()).equals(before)).toBe(true)
    expect(rig.problems).toMatchObject([{ code: 'newer' }])
  })

  it('that cannot be made is told, and no conversation fails over it', async () => {
    rig.history.close()
    rmSync(file())
    mkdirSync(file())
    rig.killed()
    rig.talk('Not kept.')
    await expect(async () => rig.list()).rejects.toThrow(/cannot be opened/)
    expect(rig.problems).toMatchObject([{ code: 'write-failed' }])
  })

  it('that another process holds is written when it lets go', async () => {
    rig.talk('Before.')
    const other = new DatabaseSync(file())
    other.exec('BEGIN IMMEDIATE')
    rig.connect()
    rig.say('user', 'Meanwhile.')
    rig.clock.advance(1_000)
    rig.hangUp()
    rig.talk('And the next.')
    expect(rig.problems).toMatchObject([{ code: 'write-failed', message: expect.stringContaining('locked') }])
    other.exec('ROLLBACK')
    other.close()
    rig.clock.advance(10_000)
    expect((await titles()).toSorted()).toEqual(['And the next.', 'Before.', 'Meanwhile.'])
    expect((await rig.list()).every(({ endedAtMs }) => endedAtMs !== null)).toBe(true)
    expect(rig.problems).toHaveLength(1)
  })

  it('with a conversation of a service that this build does not know lists and finds the others', async () => {
    rig.talk('One thing.')
    rig.talk('Of another build, one thing.')
    rig.talk('One more thing.')
    const other = new DatabaseSync(file())
    other.exec("PRAGMA secure_delete = ON; UPDATE conversations SET service = 'telepathy' WHERE id = 2")
    other.close()
    expect(await titles()).toEqual(['One more thing.', 'One thing.'])
    expect((await rig.list('thing')).map(({ id }) => id)).toEqual([3, 1])
    const page = await rig.handlers['history:list']({ limit: 1 })
    expect(page).toMatchObject({ conversations: [{ id: 3 }], more: true })
    const rest = await rig.handlers['history:list']({ limit: 1, before: 3 as ConversationId })
    expect(rest).toMatchObject({ conversations: [{ id: 1 }], more: false })
    expect(() => rig.handlers['history:read']({ id: 2 as ConversationId })).toThrow(/not in the history/)
    await rig.handlers['history:remove']({ id: 2 as ConversationId })
    expect(rig.filesWith('another build')).toEqual([])
    expect(rig.problems).toEqual([])
  })

  it('that was open to others is closed to them', () => {
    rig.history.close()
    chmodSync(file(), 0o644)
    rig.killed()
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })
})

const agent = (id: string, name: string) => ({ id: id as ProfileId, profile: { ...PROFILE, name } })

describe('the minutes', () => {
  it('are those in which a connection was live: today, in 30 days, in all', async () => {
    const talk = (minutes: number): void => {
      rig.connect()
      rig.clock.advance(minutes * 60_000)
      rig.hangUp()
    }
    rig.used = agent('a', 'Ada')
    talk(3)
    rig.clock.jump(40 * DAY_MS)
    talk(2)
    rig.clock.jump(2 * DAY_MS)
    rig.used = agent('a', 'Ada II')
    talk(1)
    rig.used = agent('command-line', 'Given')
    talk(0.5)
    expect(await rig.handlers['usage:list'](undefined)).toEqual([
      { profileId: 'a', profileName: 'Ada II', today: 1, last30Days: 3, total: 6 },
      { profileId: null, profileName: 'Given', today: 0.5, last30Days: 0.5, total: 0.5 }
    ])
  })

  it('do not count a lost connection, and lose 15 s at most when Parley is killed', async () => {
    rig.connect()
    rig.clock.advance(60_000)
    const reason = { code: 'unreachable' as const, message: 'Lost.' }
    rig.emit({ kind: 'state', state: { phase: 'reconnecting', attempt: 1, retryInMs: 0, canRetryNow: true, reason } })
    rig.clock.advance(600_000)
    rig.emit({ kind: 'state', state: { phase: 'live', activity: 'thinking' } })
    rig.clock.advance(65_000)
    expect(await rig.handlers['usage:list'](undefined)).toMatchObject([{ total: 125 / 60 }])
    rig.clock.advance(14_000)
    rig.killed()
    expect(await rig.handlers['usage:list'](undefined)).toMatchObject([{ total: 135 / 60 }])
  })
})
