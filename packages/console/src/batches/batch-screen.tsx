export function BatchScreen(_props: { readonly id: string }) {
  return <h1 tabIndex={-1}>BatchScreen</h1>;
}
