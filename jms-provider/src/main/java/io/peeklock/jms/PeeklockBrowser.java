/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.selector.Selector;
import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.message.MessageThawer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Shows the active and locked messages of a queue page by page, in the order in which they would be received: by priority,
 * then sequence number (rule N9).
 *
 * <p>For the session's one thread.
 */
final class PeeklockBrowser implements QueueBrowser {

    private static final int MAX_PAGE_MESSAGES = 250;

    /** So much of what a page shows may have to be read into memory. */
    private static final int PAGE_BYTES = 16 << 20;

    private final SessionCore session;
    private final PeeklockQueue queue;
    private final @Nullable Selector filter;
    private final int pageMessages;
    private boolean closed;

    /** @param maxMessageBytes the largest message of the queue */
    PeeklockBrowser(SessionCore session, PeeklockQueue queue, @Nullable Selector filter, int maxMessageBytes) {
        this.session = session;
        this.queue = queue;
        this.filter = filter;
        this.pageMessages = pageMessages(maxMessageBytes);
    }

    /** Messages of one page: a peek brings them into memory together. */
    static int pageMessages(int maxMessageBytes) {
        return Math.max(1, Math.min(MAX_PAGE_MESSAGES, PAGE_BYTES / maxMessageBytes));
    }

    @Override
    public Queue getQueue() throws JMSException {
        requireOpen();
        return queue;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        requireOpen();
        return filter == null ? null : filter.text();
    }

    /** From the start of the queue, each time; what comes or goes meanwhile may be seen or not. */
    @Override
    public Enumeration<Message> getEnumeration() throws JMSException {
        requireOpen();
        return new Pages();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() throws JMSException {
        session.requireOpen();
        if (closed) {
            throw JmsExceptions.closed("browser of " + queue.name());
        }
    }

    /** One walk through the queue. */
    private final class Pages implements Enumeration<Message> {
        private final Deque<Delivery> page = new ArrayDeque<>();
        private BrowsePosition next = BrowsePosition.START;

        @Override
        public boolean hasMoreElements() {
            while (page.isEmpty() && !next.equals(BrowsePosition.END)) {
                load();
            }
            return !page.isEmpty();
        }

        @Override
        public Message nextElement() {
            if (!hasMoreElements()) {
                throw new NoSuchElementException("no more messages in " + queue.name());
            }
            return MessageThawer.thaw(
                    page.remove(), queue, session.connection().settings().messages(), null);
        }

        private void load() {
            try {
                requireOpen();
                BrowsePage found = Waits.answer(
                        session.connection().bus().browse(queue.path(), filter, next, pageMessages),
                        session.connection().settings().operationTimeout(),
                        "browsing " + queue.path());
                page.addAll(found.deliveries());
                next = found.next();
            } catch (JMSException e) {
                throw JmsExceptions.unchecked(e);
            }
        }
    }
}
