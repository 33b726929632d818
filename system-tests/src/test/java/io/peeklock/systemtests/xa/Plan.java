/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transaction: in which order the places are enlisted, how it is to end, and where it is to be stopped, if anywhere.
 *
 * <p>Immutable.
 */
record Plan(List<Role> order, Ending ending, @Nullable String stop) {

    /** How a transaction ends. */
    enum Ending {
        COMMIT,
        ROLLBACK,
        /** The resource that is enlisted last answers prepare with a rollback. */
        REFUSE,
        /** Nobody ends it. */
        TIME_OUT
    }

    private static final List<String> LOG =
            List.of("log.write.before", "log.write.after", "log.remove.before", "log.remove.after");

    /** Every point at which a transaction can be stopped, in every order of enlistment. Their numbers are their places here. */
    static final List<Plan> ALL = all();

    /** Whether all places have the effect when it was stopped there: the log decides. */
    boolean hasEffect() {
        return ending == Ending.COMMIT && stop != null && (stop.contains(".commit.") || LOG.indexOf(stop) > 0);
    }

    static List<List<Role>> orders() {
        List<List<Role>> orders = new ArrayList<>();
        for (Role first : Role.values()) {
            for (Role second : Role.values()) {
                for (Role third : Role.values()) {
                    if (first != second && second != third && third != first) {
                        orders.add(List.of(first, second, third));
                    }
                }
            }
        }
        return orders;
    }

    private static List<Plan> all() {
        List<Plan> plans = new ArrayList<>();
        for (List<Role> order : orders()) {
            for (Role role : order) {
                boolean last = order.indexOf(role) == order.size() - 1;
                add(plans, order, Ending.COMMIT, role, "start", "end", "prepare", "commit");
                add(plans, order, Ending.ROLLBACK, role, "end", "rollback");
                if (!last) {
                    // These are prepared when they are rolled back.
                    add(plans, order, Ending.REFUSE, role, "rollback");
                }
            }
            LOG.forEach(point -> plans.add(new Plan(order, Ending.COMMIT, point)));
        }
        return List.copyOf(plans);
    }

    private static void add(List<Plan> plans, List<Role> order, Ending ending, Role role, String... calls) {
        for (String call : calls) {
            plans.add(new Plan(order, ending, role + "." + call + ".before"));
            plans.add(new Plan(order, ending, role + "." + call + ".after"));
        }
    }
}
