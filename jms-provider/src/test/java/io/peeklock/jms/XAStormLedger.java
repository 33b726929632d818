/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.Xid;

/**
 * What is known to be prepared while branches come and go, and how often what has happened.
 *
 * <p>Thread safe.
 */
final class XAStormLedger {
    private final Map<String, Xid> prepared = new ConcurrentHashMap<>();
    private final Map<String, Integer> happened = new ConcurrentHashMap<>();

    static String name(Xid xid) {
        return HexFormat.of().formatHex(xid.getGlobalTransactionId());
    }

    /** Its vote is there. */
    void isPrepared(Xid xid) {
        prepared.put(name(xid), xid);
    }

    /** Somebody is about to end it. */
    void ends(Xid xid) {
        prepared.remove(name(xid));
    }

    List<Xid> prepared() {
        return new ArrayList<>(prepared.values());
    }

    void happens(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    @Override
    public String toString() {
        return new TreeMap<>(happened).toString();
    }
}
