/** What the reader chose; `system` follows the machine. Kept in this browser only. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'backseat-theme'

/** Runs in the head, before the first paint, so that no theme flashes. */
export const THEME_SCRIPT = `(function(){try{var c=localStorage.getItem('${KEY}')}catch(e){}
var d=c==='dark'||(c!=='light'&&matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.dataset.theme=d?'dark':'light'})()`

export function readThemeChoice(): ThemeChoice {
  try {
    const choice = localStorage.getItem(KEY)
    return choice === 'light' || choice === 'dark' ? choice : 'system'
  } catch {
    return 'system' // storage is forbidden in some private windows
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // the choice then lasts as long as the page
  }
  showTheme(choice)
}

/** Also after a failed hydration, which makes the element anew. */
export function showTheme(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

/** Follows the machine while the choice is `system`. */
export function followSystemTheme(): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => showTheme(readThemeChoice())
  query.addEventListener('change', follow)
  return () => query.removeEventListener('change', follow)
}
