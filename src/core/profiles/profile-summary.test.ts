import { expect, it } from 'vitest'
import { AgentProfile, ProfileId } from '../../shared/profile.ts'
import { summaryOf } from './profile-summary.ts'

it.each([
  ['Kitchen\u202E\u2066\n helper\u001B[2K', 'Kitchen helper [2K'],
  ['مساعد المطبخ', 'مساعد المطبخ'],
  ['\u202E', '\u202E']
])('the name %j stands in sentences and menus as %j', (name, shown) => {
  const profile = AgentProfile.parse({ schemaVersion: 1, name, service: 'builtin' })
  expect(summaryOf(ProfileId.parse('a'), profile, false, false).name).toBe(shown)
})
