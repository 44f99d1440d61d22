import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationId } from '../../../shared/ipc/history-calls.ts'
import { HistoryRig } from './history.test-support.ts'

let rig: HistoryRig
beforeEach(() => {
  rig = new HistoryRig()
})
afterEach(() => rig.close())

const file = (): string => path.join(rig.dir, 'history.db')
const titles = async (): Promise<string[]> => (await rig.list()).map(({ title }) => title)

/** No word has a letter in common with the start of another, so an index cannot hide one behind a shared beginning. */
const CANARY = 'qvanary7431 zmystery8852'

describe('what is deleted', () => {
  it('is in none of the files, neither as text nor in the index', async () => {
    for (let at = 0; at < 30; at += 1) rig.talk(`Harmless talk number ${at}.`, 'An answer of no weight.')
    rig.connect()
    rig.say('user', `${CANARY} first.`)
    rig.clock.advance(300)
    rig.emit({
      kind: 'tool-call',
      call: { id: 'c', name: 'look', arguments: CANARY, where: 'client', status: 'answered', content: CANARY }
    })
    rig.clock.advance(300)
    const id = rig.say('agent', `${CANARY} again.`)
    rig.clock.advance(300)
    rig.emit({ kind: 'caption', caption: { id, role: 'agent', text: `${CANARY} and more.`, interrupted: false } })
    rig.hangUp()
    for (let at = 0; at < 30; at += 1) rig.talk(`More harmless talk ${at}.`)
    expect(rig.filesWith('qvanary7431')).not.toEqual([])
    const [found] = await rig.list('qvanary7431')
    await rig.handlers['history:remove']({ id: found?.id as ConversationId })
    for (const part of [...CANARY.split(' '), 'anary7431', 'ystery8852']) expect(rig.filesWith(part)).toEqual([])
    expect(await rig.list('qvanary7431')).toEqual([])
    expect(await rig.list('harmless')).toHaveLength(60)
    rig.restart()
    expect(rig.filesWith('anary7431')).toEqual([])
  })

  it('is gone with all others, also from what was moved aside, and the minutes stay', async () => {
    rig.talk(CANARY)
    writeFileSync(path.join(rig.dir, 'history.corrupt-then.db'), CANARY)
    await rig.handlers['history:clear'](undefined)
    expect(rig.filesWith('anary7431')).toEqual([])
    expect(await rig.list()).toEqual([])
    expect(await rig.handlers['usage:list'](undefined)).toMatchObject([{ profileName: 'Test' }])
    rig.talk('A new one.')
    expect(await rig.list()).toMatchObject([{ id: 2, title: 'A new one.' }])
  })

  it('is gone where it was not written yet', async () => {
    rig.connect()
    rig.say('user', CANARY)
    await rig.handlers['history:clear'](undefined)
    rig.say('user', 'And then.')
    rig.clock.advance(1_000)
    rig.hangUp()
    expect(await rig.list()).toEqual([])
    expect(rig.filesWith('anary7431')).toEqual([])
  })

  it('is in none of the files as soon as another program that reads the history lets go', async () => {
    rig.talk(CANARY)
    rig.talk('Another.')
    const other = new DatabaseSync(file())
    other.exec('BEGIN')
    other.prepare('SELECT count(*) FROM items').get()
    await rig.handlers['history:remove']({ id: 1 as ConversationId })
    expect(await titles()).toEqual(['Another.'])
    expect(rig.filesWith('anary7431')).not.toEqual([])
    rig.clock.advance(60_000)
    other.exec('COMMIT')
    other.close()
    rig.clock.advance(60_000)
    expect(rig.filesWith('anary7431')).toEqual([])
    expect(rig.problems).toEqual([])
  })

  it('is told where it could not all be deleted, and the history goes on', async () => {
    rig.talk(CANARY)
    mkdirSync(path.join(rig.dir, 'history.corrupt-then.db'))
    expect(() => rig.handlers['history:clear'](undefined)).toThrow(/^history\.corrupt-then\.db could not be deleted: /)
    rig.talk('A new one.')
    expect(await titles()).toEqual(['A new one.'])
    expect(await rig.handlers['usage:list'](undefined)).toMatchObject([{ profileName: 'Test' }])
    expect(() => rig.history.deleteEverything()).toThrow(/could not be deleted/)
    rig.talk('And another.')
    expect(await titles()).toEqual(['And another.'])
  })

  it('leaves behind a count of minutes that is none', async () => {
    rig.talk('One.')
    const other = new DatabaseSync(file())
    other.exec(`ALTER TABLE usage RENAME TO old;
      CREATE TABLE usage (agent, profile_id, profile_name, day, ms, PRIMARY KEY (agent, day));
      INSERT INTO usage SELECT * FROM old; DROP TABLE old;
      INSERT INTO usage VALUES ('x', NULL, 'X', x'00', 'many');`)
    other.close()
    await rig.handlers['history:clear'](undefined)
    expect(await rig.handlers['usage:list'](undefined)).toMatchObject([{ profileName: 'Test' }])
    expect(rig.problems).toEqual([])
  })

  it('is everything when all data goes, the minutes too', async () => {
    rig.talk(CANARY)
    rig.history.deleteEverything()
    expect(rig.filesWith('anary7431')).toEqual([])
    expect(await rig.handlers['usage:list'](undefined)).toEqual([])
  })

  it.each(['history:remove', 'history:clear'] as const)('while it runs does not come back (%s)', async (call) => {
    rig.talk('Another.')
    rig.connect()
    rig.say('user', CANARY)
    rig.clock.advance(300)
    const { id } = await rig.first()
    await (call === 'history:remove' ? rig.handlers[call]({ id }) : rig.handlers[call](undefined))
    rig.say('user', 'And then.')
    rig.clock.advance(1_000)
    rig.hangUp()
    expect(await titles()).toEqual(call === 'history:remove' ? ['Another.'] : [])
    expect(rig.filesWith('anary7431')).toEqual([])
    rig.talk('The next one.')
    expect((await titles())[0]).toBe('The next one.')
  })
})
