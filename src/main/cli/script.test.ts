import { describe, expect, test } from 'vitest'
import type { CommandResult } from '../../shared/commands.ts'
import { FakeClock } from './fake-clock.test-support.ts'
import { Progress } from './progress.ts'
import { runScript } from './script.ts'

function bench(
  options: { texts?: string[]; recording?: boolean; result?: CommandResult; modality?: 'audio' | 'text' } = {}
) {
  const clock = new FakeClock()
  const progress = new Progress(clock, options.modality)
  const log: string[] = []
  const at = (what: string) => log.push(`${clock.nowMs()} ${what}`)
  void runScript({
    progress,
    texts: options.texts ?? [],
    ...(options.recording === true ? { speak: () => at('speak') } : {}),
    say: (text) => {
      at(text)
      return Promise.resolve(options.result ?? { outcome: 'applied' })
    },
    onRefused: (text, reason) => at(`refused ${text}: ${reason}`),
    onAnswerLost: (to) => at(`lost ${to === 'recording' ? 'the recording' : to.text}`)
  }).then(() => at('done'))
  return { clock, progress, log }
}

describe('the first text', () => {
  test('comes 3 s after live when the agent says nothing', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    await clock.pass(5000)
    progress.note('live')
    await clock.pass(2999)
    expect(log).toEqual([])
    await clock.pass(1)
    expect(log).toEqual(['8000 a'])
  })

  test('comes once the greeting has been played, not before, however long it is', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    await clock.pass(2900)
    progress.note('agent-text')
    await clock.pass(4000)
    progress.note('agent-audio')
    await clock.pass(20_000)
    expect(log).toEqual([])
    progress.note('reply-played')
    await clock.pass(0)
    expect(log).toEqual(['26900 a'])
  })

  test('comes when the greeting was cut off', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    progress.note('agent-audio')
    await clock.pass(100)
    progress.note('interrupted')
    await clock.pass(0)
    expect(log).toEqual(['100 a'])
  })

  test('comes 10 s after a greeting that had text but no audio', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    await clock.pass(10)
    progress.note('agent-text')
    await clock.pass(9999)
    expect(log).toEqual([])
    await clock.pass(1)
    expect(log).toEqual(['10010 a'])
  })
})

describe('further texts', () => {
  test('follow the reply before them, and the end follows the last reply', async () => {
    const { clock, progress, log } = bench({ texts: ['a', 'b'] })
    progress.note('live')
    await clock.pass(3000)
    progress.note('agent-text')
    progress.note('agent-audio')
    await clock.pass(5000)
    expect(log).toEqual(['3000 a'])
    progress.note('reply-played')
    await clock.pass(1000)
    expect(log).toEqual(['3000 a', '8000 b'])
    await clock.pass(60_000)
    progress.note('agent-audio')
    progress.note('reply-played')
    await clock.pass(0)
    expect(log).toEqual(['3000 a', '8000 b', '69000 done'])
  })

  test('a reply that was cut is waited for again', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    await clock.pass(3000)
    progress.note('agent-audio')
    progress.note('interrupted')
    await clock.pass(10_000)
    expect(log).toEqual(['3000 a'])
    progress.note('agent-audio')
    progress.note('reply-played')
    await clock.pass(0)
    expect(log.at(-1)).toBe('13000 done')
  })

  test('a refused text is told and not waited for', async () => {
    const { clock, progress, log } = bench({ texts: ['a'], result: { outcome: 'refused', reason: 'busy' } })
    progress.note('live')
    await clock.pass(3000)
    expect(log).toEqual(['3000 a', '3000 refused a: busy', '3000 done'])
  })
})

describe('a reply for which a tool was called', () => {
  test('is over when no tool runs, and what the agent says to a late result was played', async () => {
    const { clock, progress, log } = bench({ texts: ['a', 'b'] })
    progress.note('live')
    await clock.pass(3000)
    for (const signal of ['agent-turn', 'tool-called'] as const) progress.note(signal)
    await clock.pass(8000)
    for (const signal of ['agent-text', 'agent-audio', 'reply-played'] as const) progress.note(signal)
    await clock.pass(20_000)
    expect(log).toEqual(['3000 a'])
    progress.note('tools-over')
    await clock.pass(2000)
    for (const signal of ['agent-audio', 'reply-played', 'listening'] as const) progress.note(signal)
    await clock.pass(999)
    expect(log).toEqual(['3000 a'])
    await clock.pass(1)
    expect(log).toEqual(['3000 a', '34000 b'])
  })

  test('is over only when the agent does not go on right after it', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    await clock.pass(3000)
    for (const signal of ['tool-called', 'tools-over', 'agent-audio', 'reply-played', 'listening'] as const) {
      progress.note(signal)
    }
    await clock.pass(500)
    progress.note('agent-turn')
    await clock.pass(10_000)
    expect(log).toEqual(['3000 a'])
    progress.note('listening')
    await clock.pass(1000)
    expect(log.at(-1)).toBe('14500 done')
  })

  test('that answers a recording is waited for in the same way', async () => {
    const { clock, progress, log } = bench({ recording: true })
    progress.note('live')
    await clock.pass(0)
    for (const signal of ['recording-spoken', 'user-turn', 'tool-called'] as const) progress.note(signal)
    await clock.pass(8000)
    for (const signal of ['agent-audio', 'reply-played'] as const) progress.note(signal)
    await clock.pass(20_000)
    expect(log).toEqual(['0 speak'])
    progress.note('tools-over')
    await clock.pass(1000)
    expect(log.at(-1)).toBe('29000 done')
  })

  test('in a conversation without audio is waited for in the same way', async () => {
    const { clock, progress, log } = bench({ texts: ['a'], modality: 'text' })
    progress.note('live')
    await clock.pass(3000)
    for (const signal of ['tool-called', 'agent-text', 'reply-played'] as const) progress.note(signal)
    await clock.pass(20_000)
    expect(log).toEqual(['3000 a'])
    for (const signal of ['tools-over', 'agent-text', 'listening'] as const) progress.note(signal)
    await clock.pass(1000)
    expect(log.at(-1)).toBe('24000 done')
  })
})

describe('a conversation without audio', () => {
  test('goes on as soon as the agent has written its reply, and waits for no playing', async () => {
    const { clock, progress, log } = bench({ texts: ['a', 'b'], modality: 'text' })
    progress.note('live')
    progress.note('listening')
    await clock.pass(3000)
    expect(log).toEqual(['3000 a'])
    progress.note('listening')
    await clock.pass(1000)
    progress.note('agent-text')
    await clock.pass(5000)
    expect(log).toEqual(['3000 a'])
    progress.note('listening')
    await clock.pass(0)
    expect(log).toEqual(['3000 a', '9000 b'])
    progress.note('agent-text')
    progress.note('listening')
    await clock.pass(0)
    expect(log.at(-1)).toBe('9000 done')
  })

  test('that was made again while the answer was being written has not lost it', async () => {
    const { clock, progress, log } = bench({ texts: ['a'], modality: 'text' })
    progress.note('live')
    await clock.pass(3000)
    progress.note('reconnected')
    await clock.pass(1000)
    progress.note('agent-text')
    await clock.pass(20_000)
    expect(log).toEqual(['3000 a'])
    progress.note('listening')
    await clock.pass(0)
    expect(log.at(-1)).toBe('24000 done')
  })

  test('is not taken for one with audio: there a reply is over when it has been played', async () => {
    const { clock, progress, log } = bench({ texts: ['a'] })
    progress.note('live')
    await clock.pass(3000)
    progress.note('agent-text')
    progress.note('listening')
    await clock.pass(1000)
    expect(log).toEqual(['3000 a'])
  })
})

describe('a recording', () => {
  test('is spoken from the moment the session is live, over a greeting, and ends with the answer', async () => {
    const { clock, progress, log } = bench({ recording: true })
    await clock.pass(500)
    progress.note('live')
    await clock.pass(0)
    expect(log).toEqual(['500 speak'])
    progress.note('agent-audio')
    await clock.pass(500)
    progress.note('user-turn')
    progress.note('interrupted')
    await clock.pass(1000)
    progress.note('recording-spoken')
    await clock.pass(2000)
    progress.note('agent-text')
    progress.note('agent-audio')
    await clock.pass(4000)
    expect(log).toEqual(['500 speak'])
    progress.note('reply-played')
    await clock.pass(0)
    expect(log.at(-1)).toBe('8000 done')
  })

  test('does not take the greeting for the answer', async () => {
    const { clock, progress, log } = bench({ recording: true })
    progress.note('live')
    progress.note('agent-audio')
    await clock.pass(1000)
    progress.note('reply-played')
    progress.note('user-turn')
    progress.note('recording-spoken')
    await clock.pass(60_000)
    expect(log).toEqual(['0 speak'])
  })

  test('answered before its end is done 1 s after its end, unless the user spoke again', async () => {
    const answered = bench({ recording: true })
    answered.progress.note('live')
    for (const signal of ['user-turn', 'agent-audio', 'reply-played', 'recording-spoken'] as const) {
      await answered.clock.pass(100)
      answered.progress.note(signal)
    }
    await answered.clock.pass(1000)
    expect(answered.log.at(-1)).toBe('1400 done')

    const again = bench({ recording: true })
    again.progress.note('live')
    for (const signal of ['user-turn', 'agent-audio', 'reply-played', 'recording-spoken', 'user-turn'] as const) {
      await again.clock.pass(100)
      again.progress.note(signal)
    }
    await again.clock.pass(10_000)
    expect(again.log).toEqual(['0 speak'])
    again.progress.note('agent-audio')
    again.progress.note('reply-played')
    await again.clock.pass(0)
    expect(again.log.at(-1)).toBe('10500 done')
  })

  test('a service that tells nothing of the user has answered with what it begins after the recording', async () => {
    const { clock, progress, log } = bench({ recording: true })
    progress.note('live')
    progress.note('agent-audio')
    await clock.pass(100)
    progress.note('reply-played')
    progress.note('recording-spoken')
    await clock.pass(5000)
    expect(log).toEqual(['0 speak'])
    progress.note('agent-audio')
    progress.note('reply-played')
    await clock.pass(0)
    expect(log.at(-1)).toBe('5100 done')
  })

  test('comes before any text', async () => {
    const { clock, progress, log } = bench({ recording: true, texts: ['a'] })
    progress.note('live')
    await clock.pass(10)
    for (const signal of ['user-turn', 'recording-spoken', 'agent-audio'] as const) progress.note(signal)
    await clock.pass(4000)
    expect(log).toEqual(['0 speak'])
    progress.note('reply-played')
    await clock.pass(0)
    expect(log).toEqual(['0 speak', '4010 a'])
  })
})

test('closed, it leaves no timer behind and says nothing more', async () => {
  const { clock, progress, log } = bench({ texts: ['a'] })
  progress.note('live')
  await clock.pass(10)
  progress.close()
  expect(clock.pending).toBe(0)
  await clock.pass(60_000)
  expect(log).toEqual([])
})

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
