import { describe, expect, it } from 'vitest'
import { FaultSpecError, parseFault } from './spec.ts'

const OPEN = { kind: 'open' }

describe('a fault is read', () => {
  it.each([
    ['refuse:429', { kind: 'refuse', status: 429, retryAfterSeconds: null }],
    ['refuse:503,retry-after=0', { kind: 'refuse', status: 503, retryAfterSeconds: 0 }],
    ['refuse:401,of=rest', { kind: 'refuse', of: 'rest', status: 401, retryAfterSeconds: null }],
    [
      'duplicate:function_implicitly_called',
      { kind: 'duplicate', of: { type: 'function_implicitly_called' }, at: OPEN }
    ],
    ['close@text=1', { kind: 'close', code: null, at: { kind: 'text', count: 1 } }],
    ['close:1011@message=5', { kind: 'close', code: 1011, at: { kind: 'message', count: 5 } }],
    ['close:4000@type=Settings', { kind: 'close', code: 4000, at: { kind: 'type', type: 'Settings' } }],
    ['drop@audio=10', { kind: 'drop', at: { kind: 'audio', count: 10 } }],
    ['stall@after=3s', { kind: 'stall', ms: Infinity, at: { kind: 'after', ms: 3000 } }],
    ['stall,for=1.5s@open', { kind: 'stall', ms: 1500, at: OPEN }],
    ['stall:for=250ms@after=2min', { kind: 'stall', ms: 250, at: { kind: 'after', ms: 120_000 } }],
    ['no-pong', { kind: 'no-pong', at: OPEN }],
    ['no-pong@after=2s', { kind: 'no-pong', at: { kind: 'after', ms: 2000 } }],
    ['garbage@text=2', { kind: 'garbage', what: 'text', bytes: 64, at: { kind: 'text', count: 2 } }],
    ['garbage:utf8@open', { kind: 'garbage', what: 'utf8', bytes: 64, at: OPEN }],
    ['garbage:json,bytes=8MiB@open', { kind: 'garbage', what: 'json', bytes: 8 * 1024 * 1024, at: OPEN }],
    ['split', { kind: 'split', of: 'all', bytes: 333, at: OPEN }],
    ['split:audio,bytes=1', { kind: 'split', of: 'audio', bytes: 1, at: OPEN }],
    ['split,bytes=2KiB', { kind: 'split', of: 'all', bytes: 2048, at: OPEN }],
    ['duplicate', { kind: 'duplicate', of: 'text', at: OPEN }],
    ['duplicate:ConversationText', { kind: 'duplicate', of: { type: 'ConversationText' }, at: OPEN }],
    ['reorder:2', { kind: 'reorder', of: 'text', count: 2, at: OPEN }],
    ['reorder:3,of=all@text=2', { kind: 'reorder', of: 'all', count: 3, at: { kind: 'text', count: 2 } }],
    ['delay:audio=500ms', { kind: 'delay', of: 'audio', ms: 500, at: OPEN }],
    ['delay:SettingsApplied=2s', { kind: 'delay', of: { type: 'SettingsApplied' }, ms: 2000, at: OPEN }],
    ['burst', { kind: 'burst', of: 'audio', ms: 1000, at: OPEN }],
    ['burst:all,within=2s', { kind: 'burst', of: 'all', ms: 2000, at: OPEN }]
  ])('%s', (spec, effect) => {
    expect(parseFault(spec)).toEqual({ spec, times: Infinity, effect })
  })

  it('with how many connections it happens to', () => {
    expect(parseFault('refuse:429,retry-after=2,times=3')).toMatchObject({ times: 3 })
    expect(parseFault('no-pong:times=1')).toMatchObject({ times: 1, effect: { kind: 'no-pong' } })
    expect(parseFault('delay:audio=1s,times=2')).toMatchObject({ times: 2, effect: { ms: 1000 } })
  })
})

describe('a fault that cannot be read is refused with what is wrong', () => {
  it.each([
    ['', 'there is no fault ""; there are refuse, close, drop, stall'],
    ['clsoe:1011@open', 'there is no fault "clsoe"'],
    ['toString', 'there is no fault "toString"'],
    ['refuse', 'the status, as in refuse:429, must be a whole number from 400 to 599'],
    ['refuse:200', 'from 400 to 599'],
    ['refuse:429,retry-after=2s', 'retry-after, in seconds, must be a whole number'],
    ['refuse:429@open', 'an upgrade has no points'],
    ['refuse:429,retry=2', 'it has no field "retry"'],
    ['refuse:429,429', '"429" is not of the form name=value'],
    ['refuse:429,times=0', 'times must be a whole number from 1'],
    ['refuse:429,times=1,times=2', 'times is given twice'],
    ['close:1011', 'it needs the point at which it happens'],
    ['close:1006@open', '"1006" is no code that can be sent'],
    ['close:999@open', '"999" is no code that can be sent'],
    ['drop:1011@open', 'it takes no value "1011"'],
    ['stall@after=3', 'after must be a duration with a unit'],
    ['stall@after=0s', 'after must be a duration'],
    ['stall@after=2d', 'after must be a duration'],
    ['drop@after=2s,times=1', 'options stand before "@", as in drop,times=1@after=2s'],
    ['close:1011@open, times=2', 'options stand before "@", as in close:1011,times=2@open'],
    ['stall@later', 'there is no point "later"; there are open, after=3s'],
    ['stall@message=0', 'message must be a whole number from 1'],
    ['stall@type=', 'type must be the type of a message'],
    ['stall@open=1', 'there is no point "open=1"'],
    ['stall,for=@open', 'for must be a duration'],
    ['no-pong:x', 'it takes no value "x"'],
    ['garbage', 'it needs the point'],
    ['garbage:noise@open', 'there is no garbage "noise"; there are text, json, utf8, binary'],
    ['garbage,bytes=0@open', 'bytes must be from 1'],
    ['garbage,bytes=65MiB@open', 'bytes must be from 1 to 64MiB'],
    ['split:audio,bytes=1MB', 'bytes must be from 1'],
    ['duplicate:conversationText', '"conversationText" must be all, text, audio or the type of a message'],
    ['reorder', 'the number of messages, as in reorder:2, must be'],
    ['reorder:1', 'from 2 to 100'],
    ['delay', 'it needs what to delay'],
    ['delay:500ms', 'must be all, text, audio or the type'],
    ['delay:audio', 'the delay must be a duration'],
    ['burst:audio=1s', 'it has no field "audio"']
  ])('%j', (spec, problem) => {
    expect(() => parseFault(spec)).toThrow(FaultSpecError)
    expect(() => parseFault(spec)).toThrow(`"${spec}": `)
    expect(() => parseFault(spec)).toThrow(problem)
  })
})
