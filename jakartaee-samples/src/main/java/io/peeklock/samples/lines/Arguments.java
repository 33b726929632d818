/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * <p>Immutable; any thread.
 *
 * @param input a file's name, {@code -} for standard input, null for the text that comes with the sample
 * @param keyField where a line's partition key stands
 * @param consumers how many consumers a receiving process has
 * @param refusals how many lines every consumer refuses, so that they end in the dead-letter queue
 * @param partitions how many partitions the store has
 * @param store a new or empty directory for the store, null for a temporary one
 * @param keep whether temporary files stay
 * @param help whether only the usage is asked for
 */
record Arguments(
        @Nullable String input,
        KeyField keyField,
        int consumers,
        int refusals,
        int partitions,
        @Nullable Path store,
        boolean keep,
        boolean help) {

    static final String STANDARD_INPUT = "-";

    static final String USAGE = """
            Usage: java -jar peeklock-samples.jar [FILE | -] [options]

            Sends every line of FILE through a partitioned queue, kills its own receiving process in the middle, and
            checks that no line is lost or completed twice.

              FILE              a text file in UTF-8; - reads standard input (default: time zone rules, 4,641 lines)
              --key-field N     the field that is the partition key, from 1 (default: 1; of the default text: 2)
              --separator X     what stands between fields; \\t for a tab (default: any run of blanks and tabs)
              --consumers N     consumers of a receiving process, 2 to 64 (default: 4)
              --refuse N        lines that every consumer refuses: they end dead-lettered (default: 3; a tenth at most)
              --partitions N    partitions of the store, 1 to 64 (default: 16)
              --store DIR       a new or empty directory for the store (default: a temporary one)
              --keep            keep the temporary files: store, side logs, copy of the input
              --help            print this

            Exit status: 0 all is well, 1 a line was lost, changed or completed twice, 2 bad arguments or input, 3 it
            could not run to its end.
            """;

    /** Reads the command line; the message of the exception says which argument is wrong and what it should be. */
    static Arguments parse(String... args) throws BadInputException {
        return new Parser(List.of(args)).parse();
    }

    /** The input file, if it is one. */
    Optional<Path> file() throws BadInputException {
        return input == null || input.equals(STANDARD_INPUT) ? Optional.empty() : Optional.of(path("FILE", input));
    }

    private static Path path(String what, String value) throws BadInputException {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new BadInputException(what + " is not a possible file name: " + e.getReason());
        }
    }

    /**
     * Reads the arguments from left to right.
     *
     * <p>Not thread safe; used once.
     */
    private static final class Parser {

        private final Deque<String> rest;
        private @Nullable String input;
        private int keyField;
        private @Nullable String separator;
        private int consumers = 4;
        private int refusals = 3;
        private int partitions = 16;
        private @Nullable Path store;
        private boolean keep;
        private boolean help;

        Parser(List<String> args) {
            rest = new ArrayDeque<>(args);
        }

        Arguments parse() throws BadInputException {
            while (!rest.isEmpty()) {
                take(rest.removeFirst());
            }
            int field = keyField != 0 ? keyField : input == null ? DefaultText.KEY_FIELD : 1;
            return new Arguments(
                    input, new KeyField(field, separator), consumers, refusals, partitions, store, keep, help);
        }

        private void take(String arg) throws BadInputException {
            switch (arg) {
                case "--key-field" -> keyField = number(arg, 1, 10_000);
                case "--separator" -> separator = separator(arg);
                case "--consumers" -> consumers = number(arg, 2, 64);
                case "--refuse" -> refusals = number(arg, 0, 1_000);
                case "--partitions" -> partitions = number(arg, 1, 64);
                case "--store" -> store = path(arg, value(arg));
                case "--keep" -> keep = true;
                case "--help", "-h" -> help = true;
                default -> takeInput(arg);
            }
        }

        private void takeInput(String arg) throws BadInputException {
            if (arg.startsWith("-") && !arg.equals(STANDARD_INPUT)) {
                throw new BadInputException("Unknown option " + arg + "; --help lists what there is");
            }
            if (arg.isEmpty()) {
                throw new BadInputException("FILE is empty; name a file, or - for standard input");
            }
            if (input != null) {
                throw new BadInputException("Two inputs, " + input + " and " + arg + "; give one");
            }
            input = arg;
        }

        private String value(String option) throws BadInputException {
            String value = rest.pollFirst();
            if (value == null || value.isEmpty()) {
                throw new BadInputException(option + " needs a value; --help says which");
            }
            return value;
        }

        private String separator(String option) throws BadInputException {
            String value = value(option);
            return value.equals("\\t") ? "\t" : value;
        }

        private int number(String option, int min, int max) throws BadInputException {
            String value = value(option);
            try {
                int number = Integer.parseInt(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, as for a number out of range.
            }
            throw new BadInputException(option + " takes a number from " + min + " to " + max + ", not " + value);
        }
    }
}
