import { z } from 'zod'

/**
 * Names that travel through the whole product. They are the source's own where it has one, so that
 * a person can search the foreign file for what the screen shows.
 */
const CONTROL = /[\u0000-\u001f\u007f]/
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const name = (what: string, max: number) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? `${what} is missing` : `${what} must be a string`) })
    .min(1, `${what} is empty`)
    .max(max, `${what} is longer than ${max} characters`)
    .refine((s) => !CONTROL.test(s), `${what} holds a control character`)
    .refine((s) => !LONE_SURROGATE.test(s), `${what} holds half of a surrogate pair`)

/** A session's id is the last part of its page's address: what browsers read there as a folder, or nobody sees in a list, names none. */
export const SessionId = name('sessionId', 200)
  .refine((s) => !/^(\s*|\.\.?)$/u.test(s), 'sessionId must hold something that can be seen, and be neither "." nor ".."')
  .brand<'SessionId'>()
export const EventId = name('id', 400).brand<'EventId'>()
export const AgentId = name('agent id', 200).brand<'AgentId'>()
export const TaskId = name('taskId', 200).brand<'TaskId'>()
export const TurnId = name('turnId', 200).brand<'TurnId'>()
export const CallId = name('callId', 200).brand<'CallId'>()
export const ArtifactPath = name('path', 4096).brand<'ArtifactPath'>()

export type SessionId = z.infer<typeof SessionId>
export type EventId = z.infer<typeof EventId>
export type AgentId = z.infer<typeof AgentId>
export type TaskId = z.infer<typeof TaskId>
export type TurnId = z.infer<typeof TurnId>
export type CallId = z.infer<typeof CallId>
export type ArtifactPath = z.infer<typeof ArtifactPath>
