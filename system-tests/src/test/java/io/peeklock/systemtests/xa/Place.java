/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAResource;

/**
 * A durable place that takes part in the transactions: a namespace or a database.
 *
 * <p>Opened and closed by one thread; {@link #desk} and {@link #put} are for any.
 */
interface Place extends AutoCloseable {

    Role role();

    /** What one thread works with, for as long as its process lives. */
    Desk desk() throws Exception;

    /** Puts an order in, outside of any transaction; it is durable when this returns. Of the place that has them. */
    void put(String order) throws Exception;

    /** Under which Narayana logs branches in this place. */
    String storeName() throws Exception;

    /** Has the place recovered until what is returned is closed. Narayana sees its resource through {@code seen}. */
    AutoCloseable recoverBy(TransactionService service, UnaryOperator<XAResource> seen) throws Exception;

    /** The orders that anybody could take or read now, by the book they are in, as often as they are there. */
    Map<String, List<String>> books() throws Exception;

    /** As {@link #books}, by taking them out. */
    Map<String, List<String>> empty() throws Exception;

    /** What no transaction may leave behind when it is over, in words: prepared branches, locks. */
    List<String> leftovers() throws Exception;

    @Override
    void close() throws Exception;

    /** A thread's way into a place. */
    interface Desk {

        /** Enlisted in the transactions; the same one each time. */
        XAResource resource();

        /** Takes an order, in the transaction in which the resource is enlisted. At the place that has them. */
        String take() throws Exception;

        /** Notes an order, in the transaction in which the resource is enlisted. Where orders are taken this may be nothing. */
        void note(String order) throws Exception;
    }
}
