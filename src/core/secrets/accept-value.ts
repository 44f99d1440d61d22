import type { SecretTarget } from '../../shared/ipc/secret-calls.ts'
import { isTooShort, MIN_SECRET_LENGTH } from './redactor.ts'

/** Longest key of a service: it goes into one header. */
const MOST_KEY_LENGTH = 2_000

/** The value as it is kept, or a sentence that says what is wrong with it and what to do. No sentence quotes the value. */
export type AcceptedValue = { ok: true; value: string } | { ok: false; problem: string }

const no = (problem: string): AcceptedValue => ({ ok: false, problem })

const QUOTED = /^(["'`]).*\1$|^[“”«„‘].*[“”»‘’]$/s
const ASSIGNMENT = /^(?:export\s|set\s|\$env:)|^[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)\s*[=:]/
const SCHEME = /^(?:Token|Bearer|Basic|X-Api-Key:?|Authorization:?)\s+\S/i
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/
/** Printable ASCII without the space: what a header can hold. */
const HEADER_SAFE = /^[\x21-\x7e]+$/
/** A control character that is no tab and no end of a line. */
const CONTROL = /[^\P{Cc}\t\n\r]/u
/** Dots and bullets that a page shows in the place of a key. */
const MASKED = /[*•●]{3,}|…|\.{3}/

/** What a person entered for `target`: white space around it is dropped, mistakes of copying are told. */
export function acceptValue(target: SecretTarget, entered: string): AcceptedValue {
  const value = entered.trim()
  if (value === '') return no('Nothing was entered.')
  if (/^\{\{.*\}\}$/s.test(value)) return no('This is the name of a secret and not its value. Paste the value itself.')
  if (isTooShort(value)) {
    return no(`This is shorter than ${MIN_SECRET_LENGTH} characters, so it could not be kept out of captions and logs.`)
  }
  if (MASKED.test(value)) return no('This holds dots or stars in the place of characters. Copy the whole key.')
  return target.kind === 'named' ? acceptNamed(value) : acceptKey(target.service, value)
}

function acceptNamed(value: string): AcceptedValue {
  if (CONTROL.test(value)) return no('This holds characters that cannot be seen. Copy it again, as text.')
  return { ok: true, value }
}

function acceptKey(service: 'deepgram' | 'napster', value: string): AcceptedValue {
  if (QUOTED.test(value)) return no('There are quotation marks around the key. Paste it without them.')
  if (ASSIGNMENT.test(value)) {
    return no('This is a whole line. Paste only the key, which stands after the name.')
  }
  if (SCHEME.test(value)) return no('This begins with a word of a header. Paste only the key, which stands after it.')
  if (/\s/.test(value)) return no('There is white space inside the key. Paste one key, in one line.')
  if (!HEADER_SAFE.test(value)) return no('This holds characters that no key has. Copy the key again, as text.')
  if (value.length > MOST_KEY_LENGTH) return no(`This is longer than ${MOST_KEY_LENGTH} characters, so it is no key.`)
  if (/^https?:\/\//.test(value)) return no('This is an address. Paste the key itself.')
  if (service === 'deepgram' && JWT.test(value)) {
    return no('This is a short-lived token and no API key. Start Parley with it as DEEPGRAM_ACCESS_TOKEN instead.')
  }
  return { ok: true, value }
}
