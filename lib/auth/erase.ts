import type { Database } from '@/lib/store/database'
import { renameReviewer } from '@/lib/store/log'
import { AuthRefused } from './refused'
import { newId } from './token'

/** Longer than Prisma's five seconds: a log may hold many verdicts. */
const ERASING = { maxWait: 10_000, timeout: 120_000 }

export interface Erased {
  /** By which what must stay (who made a key, that somebody judged) is known from now on. */
  as: string
  /** Whose log was changed: what is kept of them in memory must be read again. */
  sessions: string[]
}

/**
 * Takes a person out of everything. Account, sign-ins, memberships and comments go; of verdicts the word stays, for figures
 * rest on it, without the name and the note; in the log of the installation the name is replaced. It is the one place
 * that changes events: an address in a log that is never changed could never be deleted. Throws AuthRefused.
 */
export async function erasePerson(database: Database, userId: string): Promise<Erased> {
  return database.prisma.$transaction(async (transaction) => {
    const user = await transaction.authUser.findUnique({ where: { id: userId } })
    if (!user) throw new AuthRefused('not_found', 'There is no such person, or no longer.')
    if (user.owner && (await transaction.authUser.count({ where: { owner: true } })) === 1) {
      throw new AuthRefused('bad_field', 'This is the only owner of this installation. Start it with BACKSEAT_NEW_OWNER=1 and make another first.')
    }
    const as = `deleted person ${newId().slice(0, 6)}`
    const { email, name } = user
    await transaction.comment.deleteMany({ where: { authorId: userId } })
    for (const { id, body, mentions } of await transaction.comment.findMany({ where: { mentions: { has: userId } } })) {
      await transaction.comment.update({
        where: { id },
        data: { body: withoutName(body, name), mentions: mentions.filter((mentioned) => mentioned !== userId) },
      })
    }
    const changed = await renameReviewer((sql, values) => transaction.$queryRawUnsafe(sql, ...values), email, as)
    await transaction.$executeRaw`DELETE FROM snapshot WHERE session_pk = ANY(${changed})`
    const judged = await transaction.$queryRaw<{ id: string }[]>`SELECT id FROM session WHERE pk = ANY(${changed})`
    await transaction.$executeRaw`UPDATE audit_entry SET actor = ${as} WHERE actor = ${email}`
    await transaction.$executeRaw`UPDATE audit_entry SET target = replace(target, ${email}, ${as}) WHERE position(${email} in target) > 0`
    await transaction.apiKey.updateMany({ where: { createdBy: email }, data: { createdBy: as } })
    await transaction.shareLink.updateMany({ where: { createdBy: email }, data: { createdBy: as } })
    await transaction.invitation.updateMany({ where: { createdBy: email }, data: { createdBy: as } })
    await transaction.invitation.deleteMany({ where: { OR: [{ userId }, { email }] } })
    await transaction.membership.deleteMany({ where: { userId } })
    await transaction.authSession.deleteMany({ where: { userId } })
    await transaction.authAccount.deleteMany({ where: { userId } })
    await transaction.authVerification.deleteMany({ where: { OR: [{ identifier: { contains: email } }, { value: { contains: userId } }] } })
    await transaction.authUser.delete({ where: { id: userId } })
    return { as, sessions: judged.map(({ id }) => id) }
  }, ERASING)
}

function withoutName(body: string, name: string): string {
  return name === '' ? body : body.replace(new RegExp(`@${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu'), '@somebody')
}
