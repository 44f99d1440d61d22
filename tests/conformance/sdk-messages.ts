import type { Deepgram } from '@deepgram/sdk'

/** Every text message that the official client can send; the schema that Parley's messages are held against is made from this. */
export type SdkClientMessage =
  | Deepgram.agent.AgentV1Settings
  | Deepgram.agent.AgentV1UpdateListen
  | Deepgram.agent.AgentV1UpdateThink
  | Deepgram.agent.AgentV1UpdateSpeak
  | Deepgram.agent.AgentV1InjectUserMessage
  | Deepgram.agent.AgentV1InjectAgentMessage
  | Deepgram.agent.AgentV1SendFunctionCallResponse
  | Deepgram.agent.AgentV1KeepAlive
  | Deepgram.agent.AgentV1UpdatePrompt
  | Deepgram.agent.AgentV1ForceEndTurn

/** `Settings` with the id of a saved agent, which the type of the message itself does not have. */
export type SdkSavedAgentSettings = Omit<Deepgram.agent.AgentV1Settings, 'agent'> & {
  agent: Deepgram.agent.AgentV1Settings.AgentReference
}
