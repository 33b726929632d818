/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what workers have said against what was found after each recovery.
 *
 * <p>Not thread safe. An order is either there to be taken, or noted in every other book, and once in each.
 */
final class XaLedger {

    /** The book of orders that are there to be taken. In all others they are noted. */
    static final String ORDERS = Role.ORDERS.name();

    private final Map<String, Order> orders = new HashMap<>();
    private final List<String> contradictions = new ArrayList<>();
    private final Map<String, Map<String, Integer>> found = new TreeMap<>();
    private final List<String> left = new ArrayList<>();
    private boolean worked = true;
    private int recoveries;
    private int decidedByRecovery;

    void add(XaEvent event) {
        List<String> words = event.words();
        switch (event.kind()) {
            case PUTTING -> order(words.get(0));
            case PUT -> order(words.get(0)).put = true;
            case TOOK -> {
                worked = true;
                took(words.get(0), words.get(1));
            }
            case COMMITTED -> {
                order(words.get(1)).open.remove(words.get(0));
                order(words.get(1)).committed = true;
            }
            case ROLLED_BACK -> order(words.get(1)).open.remove(words.get(0));
            case STOPPED -> {
                if (!words.get(0).equals(XaEvent.NO_ORDER)) {
                    order(words.get(0)).expected = Boolean.valueOf(words.get(2));
                    order(words.get(0)).stop = words.get(1);
                }
            }
            case RECOVERING -> {
                // The one before may have been killed while it said what it found.
                found.clear();
                left.clear();
            }
            case FOUND -> {
                Map<String, Integer> book = found.computeIfAbsent(words.get(0), unused -> new HashMap<>());
                words.subList(1, words.size()).forEach(id -> book.merge(id, 1, Integer::sum));
            }
            case LEFT -> left.add(event.text());
            case RECOVERED -> judge();
            case UNEXPECTED -> contradictions.add("unexpected: " + event.text());
        }
    }

    private void took(String transaction, String id) {
        Order order = order(id);
        if (order.committed || order.noted) {
            contradictions.add(id + " was taken by " + transaction + " although it was committed before");
        }
        order.open.add(transaction);
    }

    private Order order(String id) {
        return orders.computeIfAbsent(id, unused -> new Order());
    }

    private void judge() {
        recoveries++;
        left.forEach(text -> contradictions.add("left after recovery " + recoveries + ": " + text));
        Set<String> all = new HashSet<>(orders.keySet());
        found.values().forEach(book -> all.addAll(book.keySet()));
        for (String id : all) {
            Order order = orders.get(id);
            if (order == null) {
                contradictions.add(id + " is in " + places(id) + ", and nobody has put it in");
            } else {
                judge(id, order);
            }
        }
        worked = false;
    }

    private void judge(String id, Order order) {
        Map<String, Integer> places = places(id);
        boolean isThere = places.containsKey(ORDERS);
        boolean isNoted = places.size() == found.size() - 1 && !isThere;
        boolean isNowhere = places.isEmpty();
        if (places.values().stream().anyMatch(times -> times > 1)) {
            contradict(id, order, places, "is somewhere more than once");
        } else if (isNowhere && order.put) {
            contradict(id, order, places, "is lost");
        } else if (!isNowhere && !isNoted && places.size() > (isThere ? 1 : 0)) {
            contradict(id, order, places, "is neither there to be taken nor noted everywhere");
        } else if (isThere && (order.committed || order.noted)) {
            contradict(id, order, places, "was committed and is there to be taken");
        } else if (isNoted && !order.committed && !order.noted && order.open.isEmpty()) {
            contradict(id, order, places, "is noted, and no transaction with it can have been committed");
        } else if (order.expected != null && !isNowhere && order.expected != isNoted) {
            contradict(id, order, places, "should have been " + (order.expected ? "committed" : "rolled back"));
        }
        if (!order.open.isEmpty()) {
            decidedByRecovery++;
        }
        order.noted |= isNoted;
        order.put |= !isNowhere;
        order.open.clear();
        order.expected = null;
        if (isNowhere && !order.put) {
            // What was being put in when its process was killed, and was not.
            orders.remove(id);
        }
    }

    private void contradict(String id, Order order, Map<String, Integer> places, String what) {
        contradictions.add("after recovery " + recoveries + (worked ? "" : ", the second in a row") + ": " + id + " "
                + what + ": " + places + (order.stop == null ? "" : "; it was stopped at " + order.stop));
    }

    /** The books in which an order is, and how often. */
    private Map<String, Integer> places(String id) {
        Map<String, Integer> places = new TreeMap<>();
        found.forEach((book, times) -> {
            if (times.containsKey(id)) {
                places.put(book, times.get(id));
            }
        });
        return places;
    }

    List<String> contradictions() {
        return contradictions;
    }

    /** Orders that are noted. */
    long noted() {
        return orders.values().stream().filter(order -> order.noted).count();
    }

    /** Transactions of which no process has lived to say how they ended. */
    int decidedByRecovery() {
        return decidedByRecovery;
    }

    @Override
    public String toString() {
        return orders.size() + " orders, " + noted() + " of them committed, " + decidedByRecovery
                + " transactions decided by recovery, " + recoveries + " recoveries, " + contradictions.size()
                + " contradictions";
    }

    /** What is known of one order. */
    private static final class Order {
        /** It is known to be somewhere. */
        private boolean put;
        /** Transactions that have taken it and have not said how they ended. */
        private final Set<String> open = new HashSet<>();
        /** A commit has returned. */
        private boolean committed;
        /** It was found noted. */
        private boolean noted;
        /** Whether a transaction that was stopped is to have an effect. */
        private @Nullable Boolean expected;
        /** Where that was. */
        private @Nullable String stop;
    }
}
