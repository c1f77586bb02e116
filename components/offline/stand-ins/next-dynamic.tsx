import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'

/** What is opened later lies in the same file, so that it is there at once. */
export default function dynamic<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { loading: Loading }: { loading?: () => ReactNode } = {},
): ComponentType<P> {
  const Part = lazy(async () => {
    const part = await load()
    return { default: 'default' in part ? (part.default as ComponentType<P>) : part }
  })
  return function Dynamic(props: P) {
    return (
      <Suspense fallback={Loading ? <Loading /> : null}>
        <Part {...props} />
      </Suspense>
    )
  }
}
