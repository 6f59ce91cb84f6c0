/** The version of nslab; deno.json has the same. */
export const version = "1.0.0";
