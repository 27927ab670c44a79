package main

// endOfInput are the keys that end what is typed at a terminal.
const endOfInput = "Enter, Ctrl-Z and Enter"
