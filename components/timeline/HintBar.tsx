import { hints } from '@/lib/view/keys'
import styles from './keys.module.css'

/** The keys that matter most, always in sight; the sheet has them all. */
export function HintBar() {
  return (
    <div className={styles.hints}>
      {hints().map(({ says, faces }) => (
        <span key={says} className={styles.hint}>
          {faces.map((face) => (
            <kbd key={face} className={styles.key}>
              {face}
            </kbd>
          ))}
          {says}
        </span>
      ))}
    </div>
  )
}
