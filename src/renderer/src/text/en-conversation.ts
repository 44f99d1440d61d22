import type { ToolCall } from '../../../shared/events.ts'

/** Texts of a broken connection, tool calls and latency. */
export const reconnectText = {
  title: 'Connecting again',
  attempt: (attempt: number) => `Attempt ${attempt}`,
  nextIn: (seconds: number) => `next try in ${seconds} s`,
  underWay: 'trying now',
  tryNow: 'Try now',
  asksToWait: 'The service asked Parley to wait.',
  answerLost: 'Your last question was not answered; ask again.',
  back: (took: string) => `Connected again after ${took}. The agent knows what was said.`
}

export const toolText = {
  call: (name: string) => `Tool call ${name}`,
  status: {
    running: 'running',
    'waiting-for-person': 'waits for your answer',
    answered: 'answered',
    failed: 'failed',
    cancelled: 'cancelled by the agent'
  } satisfies Record<ToolCall['status'], string>,
  where: {
    client: 'Answered by Parley',
    service: 'Run by the service'
  } satisfies Record<ToolCall['where'], string>,
  arguments: 'Asked with',
  noArguments: 'nothing',
  content: 'Answer',
  asks: (name: string) => `The agent asks for ${name}`,
  more: (count: number) => `${count} more ${count === 1 ? 'waits' : 'wait'}`,
  answerLabel: 'Your answer, text or JSON',
  answer: 'Answer',
  answerError: 'Answer with an error',
  noReason: 'No answer was given.',
  brokenJson: 'This is not valid JSON. It is sent as text.',
  gone: 'The agent does not wait for this answer any more.',
  close: 'Close'
}

export const latencyText = {
  of: (value: string) => `Latency of this reply: ${value}`,
  title: (turn: number) => `Turn ${turn}`,
  seconds: (ms: number) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`,
  milliseconds: (ms: number) => `${Math.round(ms).toLocaleString('en')} ms`,
  client: 'Measured by Parley',
  clientAbout: 'From the end of your speech',
  service: 'Told by the service',
  legs: {
    lastBlockSentMs: 'to the last block sent',
    firstByteMs: 'to the first byte of the reply',
    firstSampleMs: 'to the first sound you hear'
  },
  parts: {
    sttMs: 'Speech to text',
    tttTokenMs: 'Model, first token',
    tttTextMs: 'Model, first sentence',
    tttToolMs: 'Model, tool call',
    tttThinkingMs: 'Model, thinking',
    ttsMs: 'Text to speech',
    totalMs: 'Total'
  },
  serviceSilent: 'The service told nothing.',
  clientSilent: 'Nothing measured: this turn was not spoken, or it was cut.',
  none: 'No turn yet. Speak or type to the agent.',
  table: 'Last turns',
  columns: { turn: 'Turn', heard: 'Heard after', firstByte: 'First byte', service: 'Service total' },
  summary: 'Heard after',
  percentile: { p50: 'half of the turns within', p95: '95 of 100 within' },
  ofTurns: (count: number) => `over ${count} ${count === 1 ? 'turn' : 'turns'}`,
  unknown: 'unknown'
}
