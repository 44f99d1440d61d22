import { expect, test } from 'vitest'
import { envSecrets } from './env-secrets.ts'

test('reads named secrets and service keys from their variables', async () => {
  const secrets = envSecrets({
    PARLEY_SECRET_LLM: ' as it is ',
    DEEPGRAM_API_KEY: ' dg\n',
    NAPSTER_API_KEY: 'np',
    DEEPGRAM_ACCESS_TOKEN: 'e.y.j '
  })
  expect(await secrets.secret('LLM')).toBe(' as it is ')
  expect(await secrets.serviceKey('deepgram')).toBe('dg')
  expect(await secrets.serviceKey('napster')).toBe('np')
  expect(await secrets.accessToken?.('deepgram')).toBe('e.y.j')
  expect(await secrets.accessToken?.('napster')).toBeUndefined()
})

test('an empty or missing variable is no secret', async () => {
  const secrets = envSecrets({ PARLEY_SECRET_LLM: '', DEEPGRAM_API_KEY: ' ' })
  expect(await secrets.secret('LLM')).toBeUndefined()
  expect(await secrets.secret('OTHER')).toBeUndefined()
  expect(await secrets.serviceKey('deepgram')).toBeUndefined()
  expect(await secrets.serviceKey('napster')).toBeUndefined()
})
