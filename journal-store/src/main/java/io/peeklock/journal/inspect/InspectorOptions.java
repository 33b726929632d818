/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.inspect;

import io.peeklock.journal.JournalStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the user of the inspector asked for.
 *
 * <p>Immutable.
 *
 * @param store the store's directory
 * @param journal the one journal to look at; all if empty
 * @param records whether records are listed, or only counted
 * @param limit most records to list of a journal
 * @param bodies whether bodies are shown
 * @param hex whether bodies are shown as bytes
 */
record InspectorOptions(Path store, OptionalInt journal, boolean records, long limit, boolean bodies, boolean hex) {

    static final String USAGE = """
            usage: java -cp <class path> io.peeklock.journal.inspect.Inspector [options] <store directory> [partition]

            Shows what is in a store: its header, its partitions, their records, and what is wrong with them. Reads only:
            takes no lock and changes nothing, also while the store is in use or damaged.

              partition            a number, or "definitions": look at this journal alone, and list its records
              --partition <p>      the same
              --records            list the records of all journals
              --summary            do not list records, only count them
              --limit <n>          list at most so many records of a journal
              --bodies             show the bodies of records too; they may be secret
              --hex                with --bodies: show them as bytes
              --help               this text

            exit code: 0 healthy, 1 wrong usage, 2 damage found, 3 cannot be read
            """;

    /** The user asked for what cannot be; the message says what. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static InspectorOptions parse(List<String> arguments) throws UsageException {
        List<String> plain = new ArrayList<>();
        String partition = "";
        boolean records = false;
        boolean summary = false;
        boolean bodies = false;
        boolean hex = false;
        long limit = Long.MAX_VALUE;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--records" -> records = true;
                case "--summary" -> summary = true;
                case "--bodies" -> bodies = true;
                case "--hex" -> hex = true;
                case "--limit" -> limit = number(argument, valueOf(arguments, ++i, argument));
                case "--partition" -> partition = valueOf(arguments, ++i, argument);
                default -> {
                    if (argument.startsWith("-")) {
                        throw new UsageException("unknown option " + argument);
                    }
                    plain.add(argument);
                }
            }
        }
        if (plain.isEmpty()) {
            throw new UsageException("the store's directory is missing");
        }
        if (plain.size() > 2 || (plain.size() == 2 && !partition.isEmpty())) {
            throw new UsageException("too many arguments: " + plain.subList(1, plain.size()));
        }
        if (records && summary) {
            throw new UsageException("--records and --summary exclude each other");
        }
        if (hex && !bodies) {
            throw new UsageException("--hex shows bodies: give --bodies too");
        }
        OptionalInt journal = plain.size() == 2 ? journal(plain.get(1)) : journal(partition);
        boolean list = records || (journal.isPresent() && !summary);
        return new InspectorOptions(path(plain.get(0)), journal, list, limit, bodies, hex);
    }

    static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("this is no path: " + RecordNames.printable(text));
        }
    }

    private static OptionalInt journal(String text) throws UsageException {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (text.equals("definitions")) {
            return OptionalInt.of(JournalStore.DEFINITIONS);
        }
        return OptionalInt.of((int) number("partition", text));
    }

    private static String valueOf(List<String> arguments, int index, String option) throws UsageException {
        if (index >= arguments.size()) {
            throw new UsageException(option + " needs a value");
        }
        return arguments.get(index);
    }

    private static long number(String what, String text) throws UsageException {
        if (!text.matches("[0-9]{1,9}")) {
            throw new UsageException(what + " is to be a number, not " + RecordNames.printable(text));
        }
        return Long.parseLong(text);
    }
}
