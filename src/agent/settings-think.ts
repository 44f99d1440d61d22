import { inRange, invalid, items, parse, quote } from './settings-refusal.ts'
import { ThinkItem } from './settings-schema.ts'

/** Providers that the service knows (deepgram.md section 4.2). */
const PROVIDERS = ['open_ai', 'anthropic', 'google', 'groq', 'aws_bedrock', 'nvidia', 'deepgram']
/** These have no managed models. */
const NEED_ENDPOINT = ['groq', 'aws_bedrock']

/** Reads a think block: one entry, or a list in which each is the fallback of the one before. [] when it is omitted. */
export function readThink(think: unknown, path: readonly PropertyKey[]): ThinkItem[] {
  const read = items(think, path).map((item) => parse(ThinkItem, item.value, item.path))
  for (const item of read) check(item, path.map(String).join('.'))
  return read
}

function check(item: ThinkItem, at: string): void {
  const { type, model, temperature } = item.provider
  if (!PROVIDERS.includes(type)) {
    throw invalid(`${at}.provider.type is ${quote(type)}; it must be one of ${PROVIDERS.join(', ')}.`)
  }
  if (model.trim() === '') throw invalid(`${at}.provider.model is empty; name a model.`)
  inRange(`${at}.provider.temperature`, temperature, 0, type === 'anthropic' ? 1 : 2)
  checkEndpoint(item, at)
  checkFunctions(item, at)
  if (typeof item.context_length === 'number') {
    inRange(`${at}.context_length`, item.context_length, 2, Number.MAX_SAFE_INTEGER)
  }
}

function checkEndpoint(item: ThinkItem, at: string): void {
  const url = item.endpoint?.url
  if (item.endpoint === undefined) {
    if (NEED_ENDPOINT.includes(item.provider.type)) {
      throw invalid(`${at}.provider.type ${quote(item.provider.type)} needs an endpoint of your own.`)
    }
    return
  }
  checkUrl(url, `${at}.endpoint.url`)
}

function checkFunctions(item: ThinkItem, at: string): void {
  const names = new Set<string>()
  for (const { name, endpoint } of item.functions ?? []) {
    if (name === '') throw invalid(`${at}.functions has an entry with an empty name.`)
    if (names.has(name)) throw invalid(`${at}.functions has two entries named ${quote(name)}.`)
    names.add(name)
    if (endpoint !== undefined) checkUrl(endpoint.url, `${at}.functions.${name.slice(0, 60)}.endpoint.url`)
  }
}

function checkUrl(url: string | undefined, at: string): void {
  if (url === undefined) throw invalid(`${at} is missing.`)
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw invalid(`${at} must be a http or https address.`)
}
