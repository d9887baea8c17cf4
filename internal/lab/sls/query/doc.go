// Package query is the search language of Log Service, as far as the lab's has it.
//
//	query   = "" | "*" | or
//	or      = and { "or" and }
//	and     = not { [ "and" ] not }            terms side by side are joined by and; "a not b" is "a and not b"
//	not     = { "not" } ( "(" or ")" | term )
//	term    = text                             full text: in a value of any field
//	        | key ":" text                     in the value of this field; text * asks that the field is there
//	        | key ( "=" | ">" | ">=" | "<" | "<=" ) number
//	key     = text | "__tag__" ":" text
//	text    = word | "…" with \" and \\
//
// Operators, words and keys' values are compared without regard to case, keys to the letter. A word ends at a space,
// a parenthesis, a quote, or one of : = < >. Text and values are split at the delimiters of the SDK's default index,
// [Delimiters]; the text's tokens must stand side by side in the value. In a word, but not in quotes,
// * stands for any characters of a token and ? for one.
//
// Fields are the log's contents, __topic__, __source__, and __tag__:KEY. SQL (behind |) is refused.
// docs/lab-sls.md says where this is a reading of the public documentation.
package query
