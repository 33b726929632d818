/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import java.util.Iterator;
import java.util.List;
import javax.naming.NamingEnumeration;

/**
 * Gives the elements of a list one by one.
 *
 * <p>Not thread safe.
 */
final class ListEnumeration<T> implements NamingEnumeration<T> {

    private final Iterator<T> elements;

    ListEnumeration(List<T> elements) {
        this.elements = List.copyOf(elements).iterator();
    }

    @Override
    public boolean hasMore() {
        return elements.hasNext();
    }

    @Override
    public boolean hasMoreElements() {
        return elements.hasNext();
    }

    @Override
    public T next() {
        return elements.next();
    }

    @Override
    public T nextElement() {
        return elements.next();
    }

    @Override
    public void close() {}
}
