import { describe, expect, test } from 'vitest'
import { bench } from './script.test-support.ts'

/** Of two texts the first has been said. */
async function asked() {
  const made = bench({ texts: ['a', 'b'] })
  made.progress.note('live')
  await made.clock.pass(3000)
  return made
}

describe('a connection that was lost and made again', () => {
  test('before anything of the answer was heard: it is told 3 s later, and the next text comes', async () => {
    const { clock, progress, log } = await asked()
    await clock.pass(60_000)
    progress.note('reconnected')
    await clock.pass(2999)
    expect(log).toEqual(['3000 a'])
    await clock.pass(1)
    expect(log).toEqual(['3000 a', '66000 lost a', '66000 b'])
  })

  test('of a text that was answered nothing is told when a later connection is lost', async () => {
    const { clock, progress, log } = await asked()
    for (const signal of ['agent-audio', 'reply-played'] as const) progress.note(signal)
    await clock.pass(1000)
    progress.note('reconnected')
    await clock.pass(60_000)
    expect(log).toEqual(['3000 a', '3000 b', '7000 lost b', '7000 done'])
  })

  test('in the middle of the answer: what came of it is played, and nothing is told', async () => {
    const { clock, progress, log } = await asked()
    progress.note('agent-audio')
    progress.note('reconnected')
    await clock.pass(20_000)
    progress.note('reply-played')
    await clock.pass(0)
    expect(log).toEqual(['3000 a', '23000 b'])
  })
})

/** A recording that was spoken to its end, and heard. */
async function spoken() {
  const made = bench({ recording: true, texts: ['a'] })
  made.progress.note('live')
  await made.clock.pass(500)
  made.progress.note('user-turn')
  await made.clock.pass(500)
  made.progress.note('recording-spoken')
  await made.clock.pass(1000)
  return made
}

describe('a connection that was lost with the recording', () => {
  test('before anything of the answer was heard: it is told 3 s after the next one, and the texts follow', async () => {
    const { clock, progress, log } = await spoken()
    await clock.pass(60_000)
    progress.note('reconnected')
    await clock.pass(2999)
    expect(log).toEqual(['0 speak'])
    await clock.pass(1)
    expect(log).toEqual(['0 speak', '65000 lost the recording', '65000 a'])
  })

  test('when of the answer only text had come, and the greeting had been heard before', async () => {
    const { clock, progress, log } = bench({ recording: true })
    for (const signal of ['live', 'agent-audio', 'user-turn', 'interrupted', 'recording-spoken'] as const) {
      progress.note(signal)
      await clock.pass(0)
    }
    await clock.pass(1000)
    progress.note('agent-text')
    progress.note('reconnected')
    await clock.pass(3000)
    expect(log).toEqual(['0 speak', '4000 lost the recording', '4000 done'])
  })

  test('while it is still spoken: it goes on, and what is heard of the rest is answered', async () => {
    const { clock, progress, log } = bench({ recording: true })
    progress.note('live')
    await clock.pass(0)
    progress.note('user-turn')
    progress.note('reconnected')
    await clock.pass(10_000)
    progress.note('user-turn')
    progress.note('recording-spoken')
    await clock.pass(20_000)
    for (const signal of ['agent-audio', 'reply-played'] as const) progress.note(signal)
    await clock.pass(0)
    expect(log).toEqual(['0 speak', '30000 done'])
  })

  test('in the middle of the answer: what came of it is played, and nothing is told', async () => {
    const { clock, progress, log } = await spoken()
    progress.note('agent-audio')
    progress.note('reconnected')
    await clock.pass(20_000)
    progress.note('reply-played')
    await clock.pass(0)
    expect(log).toEqual(['0 speak', '22000 a'])
  })

  test('twice: the second time counts too', async () => {
    const { clock, progress, log } = await spoken()
    progress.note('reconnected')
    await clock.pass(1000)
    progress.note('user-turn')
    await clock.pass(9000)
    progress.note('reconnected')
    await clock.pass(3000)
    expect(log.slice(0, 2)).toEqual(['0 speak', '15000 lost the recording'])
  })
})
