/** A system whose runs Backseat shows, with what a person pastes to have them come in. */
export interface System {
  /** In the page's address, after `#`. */
  key: string
  title: string
  group: Group
  /** What else people call it, or what belongs to it; found by the filter. */
  also?: string
  arrives: Arrives
  /** What comes in, in a sentence. */
  gives: string
  steps(place: Place): Step[]
  /** What to know, in a sentence each. */
  notes?: readonly string[]
  /** Below docs/, where more is written. */
  docs: string
  /** What its sessions say that they came by; a session of another origin is somebody else's. */
  from: { formats?: readonly string[]; frameworks?: readonly string[] }
}

export type Group = 'own' | 'coding' | 'frameworks' | 'files'

/** `live`: the system sends while it works. `follows`: a file is followed while it grows. `file`: read when it is there. */
export type Arrives = 'live' | 'follows' | 'file'

export interface Place {
  /** Where this server answers. */
  origin: string
  /** People sign in here, so programs show a key. */
  accounts: boolean
}

export interface Step {
  title: string
  code: string
  /** What the code is. `prompt`: words for a coding agent. */
  language: 'shell' | 'python' | 'typescript' | 'json' | 'prompt'
}

export const KEY = 'bsk_…'

/** Where a Backseat answers that was told nothing else, and where the command line looks for it. */
export const USUAL_ORIGIN = 'http://127.0.0.1:4680'

/** A line of our own command line, pointed at this server where it would not find it by itself. */
export function backseat({ origin, accounts }: Place, words: string): string {
  return `${accounts ? `BACKSEAT_KEY=${KEY} ` : ''}${origin === USUAL_ORIGIN ? '' : `BACKSEAT_URL=${origin} `}npx backseat ${words}`
}
