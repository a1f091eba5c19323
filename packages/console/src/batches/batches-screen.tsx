export function BatchesScreen() {
  return <h1 tabIndex={-1}>BatchesScreen</h1>;
}
