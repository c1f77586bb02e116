import { lookup as resolve, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * Whoever may make a webhook must not reach with it what only this machine or its network can: other
 * services, a cloud's metadata. Names are resolved once and the connection goes to what was checked,
 * so that a name cannot say one thing to us and another to the socket.
 */
const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4')

/** Of IPv6 only what is routed in public; what carries an IPv4 address inside is none of it. */
const PUBLIC_6 = new BlockList()
PUBLIC_6.addSubnet('2000::', 3, 'ipv6')
const PRIVATE_6 = new BlockList()
for (const [net, bits] of [
  // Teredo and other special purposes, documentation, 6to4
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  PRIVATE_6.addSubnet(net, bits, 'ipv6')

/** Whether an address is reachable from everywhere, so that reaching it from here gives nobody anything. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !PRIVATE.check(address, 'ipv4')
    case 6:
      return PUBLIC_6.check(address, 'ipv6') && !PRIVATE_6.check(address, 'ipv6')
    default:
      return false
  }
}

export class PrivateAddress extends Error {
  constructor(host: string, address: string) {
    super(
      `${host === address ? address : `${host} (${address})`} is an address of this machine or its network. BACKSEAT_WEBHOOKS_PRIVATE=on allows such addresses.`,
    )
    this.name = 'PrivateAddress'
  }
}

/** The address as a URL has it, when it is one and not a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return isIP(bare) === 0 ? undefined : bare
}

/** For sockets: resolves a name to public addresses only. If one of several is private the name is refused as a whole. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '')
    const bad = addresses.find(({ address }) => !isPublicAddress(address))
    if (bad) return callback(new PrivateAddress(hostname, bad.address), '')
    if (options.all) return callback(null, addresses)
    const [first] = addresses
    if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '')
    callback(null, first.address, first.family)
  })
}
