/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.migration;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines in which two texts differ, each with the lines around it, as the longest common subsequence has it.
 *
 * <p>Has no state; any thread.
 */
final class LineDiff {

    private static final int AROUND = 1;

    private LineDiff() {}

    /** Lines that begin with {@code -}, {@code +} or a blank; a line {@code @@} between two places. */
    static List<String> of(List<String> before, List<String> after) {
        List<String> all = script(before, after);
        List<String> shown = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < all.size(); i++) {
            if (isNearChange(all, i)) {
                if (last >= 0 && i > last + 1) {
                    shown.add("@@");
                }
                shown.add(all.get(i).stripTrailing());
                last = i;
            }
        }
        return shown;
    }

    private static boolean isNearChange(List<String> script, int line) {
        int from = Math.max(0, line - AROUND);
        int to = Math.min(script.size(), line + AROUND + 1);
        return script.subList(from, to).stream().anyMatch(near -> !near.startsWith(" "));
    }

    private static List<String> script(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> script = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                script.add(" " + before.get(i));
                i++;
                j++;
            } else if (j == after.size() || i < before.size() && common[i + 1][j] >= common[i][j + 1]) {
                script.add("-" + before.get(i++));
            } else {
                script.add("+" + after.get(j++));
            }
        }
        return script;
    }
}
