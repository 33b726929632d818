/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.deadletters;

import jakarta.enterprise.context.ApplicationScoped;

/** Whether the printer has paper. Thread safe. */
@ApplicationScoped
public class PaperTray {

    private volatile boolean empty;

    public boolean isEmpty() {
        return empty;
    }

    public void setEmpty(boolean empty) {
        this.empty = empty;
    }
}
