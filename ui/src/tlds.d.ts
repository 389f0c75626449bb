declare module "tlds" {
  const names: string;  // separated by spaces, in lower case
  export default names;
}
