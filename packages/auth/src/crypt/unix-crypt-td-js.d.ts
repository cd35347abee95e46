declare module 'unix-crypt-td-js' {
  function crypt(password: readonly number[], salt: string): string;
  export = crypt;
}
