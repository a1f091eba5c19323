export interface Plot { readonly title: string }
