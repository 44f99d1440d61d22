import { expect, test } from 'vitest'
import { envSecrets, takeEnvironment } from './env-secrets.ts'

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

test('taken out of an environment, secrets are in the copy alone; everything else stays', () => {
  const secrets = { PARLEY_SECRET_A: 'a', DEEPGRAM_API_KEY: 'd', NAPSTER_API_KEY: 'n', DEEPGRAM_ACCESS_TOKEN: 't' }
  const env: NodeJS.ProcessEnv = { ...secrets, PARLEY_AGENT_KEY: 'k', PATH: '/bin', PARLEY_LOG_LEVEL: 'info' }
  expect(takeEnvironment(env)).toEqual({ ...secrets, PARLEY_AGENT_KEY: 'k', PATH: '/bin', PARLEY_LOG_LEVEL: 'info' })
  expect(env).toEqual({ PATH: '/bin', PARLEY_LOG_LEVEL: 'info' })
})
