/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

/**
 * A password among the settings.
 *
 * <p>Immutable, thread safe. Shown nowhere: its text must be asked for.
 *
 * @param text what the user would type
 */
public record Password(String text) {

    private static final String SHOWN = "***";

    @Override
    public String toString() {
        return SHOWN;
    }
}
