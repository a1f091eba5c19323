export function CallScreen(_props: { readonly tid: string }) {
  return <h1 tabIndex={-1}>CallScreen</h1>;
}
