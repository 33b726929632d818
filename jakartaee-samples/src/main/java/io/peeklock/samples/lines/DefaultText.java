/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The text that comes with the sample: the rules of the time zone database (public domain, see NOTICE beside it).
 *
 * <p>Has no state; any thread.
 */
final class DefaultText {

    static final String NAME = "tzdata.zi";

    /** The rule set or zone that a line belongs to. */
    static final int KEY_FIELD = 2;

    private DefaultText() {}

    static InputStream open() throws IOException {
        InputStream in = DefaultText.class.getResourceAsStream(NAME);
        if (in == null) {
            throw new FileNotFoundException(NAME + " is missing from the jar; build the sample again");
        }
        return in;
    }
}
