/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import io.peeklock.systemtests.JavaProcess;
import java.util.Arrays;
import java.util.List;

/**
 * What a worker says: one line.
 *
 * <p>Immutable.
 */
record XaEvent(Kind kind, List<String> words) {

    /** What is said. The first of each pair is said before the call, the second when it has returned. */
    enum Kind {
        /** An order is being put in. */
        PUTTING,
        PUT,
        /** An order was taken, in a transaction. */
        TOOK,
        COMMITTED,
        ROLLED_BACK,
        /** A transaction has come to where it is to be stopped: the order, or none, the point, whether there is to be an effect. */
        STOPPED,
        /** Recovery begins; after it will be said what was found. */
        RECOVERING,
        /** After recovery: the name of a book and the orders in it. */
        FOUND,
        /** After recovery: something that should not be there any more. */
        LEFT,
        /** All that was found after recovery has been said. */
        RECOVERED,
        /** Something went wrong that no kill explains. */
        UNEXPECTED
    }

    static final String NO_ORDER = "-";

    static void say(Kind kind, String... words) {
        JavaProcess.print(kind + " " + String.join(" ", words).replaceAll("\\s+", " "));
    }

    static XaEvent parse(String line) {
        String[] words = line.trim().split(" ");
        return new XaEvent(Kind.valueOf(words[0]), Arrays.asList(words).subList(1, words.length));
    }

    String text() {
        return String.join(" ", words);
    }
}
