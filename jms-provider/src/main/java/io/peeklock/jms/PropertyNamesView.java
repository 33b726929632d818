/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.PeeklockMessage;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the names of a producer's properties as they are at each moment, and cannot be changed.
 *
 * <p>For the producer's one thread.
 */
final class PropertyNamesView extends AbstractSet<String> {

    private final PeeklockMessage template;

    /** @param template carries the properties */
    PropertyNamesView(PeeklockMessage template) {
        this.template = template;
    }

    private List<String> names() {
        return Collections.list(template.getPropertyNames());
    }

    @Override
    public Iterator<String> iterator() {
        return Collections.unmodifiableList(names()).iterator();
    }

    @Override
    public int size() {
        return names().size();
    }

    @Override
    public boolean contains(@Nullable Object name) {
        return names().contains(name);
    }
}
