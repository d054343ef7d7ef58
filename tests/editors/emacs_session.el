;; Saves $MIGRATION, waits for $EXPECTED diagnostics, ignores the first survivor by the quick fix, and writes to $ANSWER
;; what was shown and what the fix inserted.

(require 'eglot)
(require 'json)

(defun wait-for (what condition)
  (let ((end (+ (float-time) 120)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (run-hooks 'post-command-hook)
      (accept-process-output nil 0.1))
    (unless (funcall condition) (message "gave up waiting for %s" what))))

(defun sent (diagnostic)
  (cdr (assq 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))))

(defun shown (diagnostic)
  `((code . ,(plist-get (sent diagnostic) :code))
    (line . ,(line-number-at-pos (flymake-diagnostic-beg diagnostic)))
    (message . ,(plist-get (sent diagnostic) :message))))

(defun ignore-fix (diagnostic)
  (seq-find (lambda (action) (string-match-p "^Ignore .* here" (plist-get action :title)))
            (eglot-code-actions (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic))))

(find-file (getenv "MIGRATION"))
(wait-for "the server" #'eglot-managed-p)
(set-buffer-modified-p t)
(save-buffer)
(wait-for "the diagnostics"
          (lambda () (flymake-start) (>= (length (flymake-diagnostics)) (string-to-number (getenv "EXPECTED")))))

(let* ((diagnostics (vconcat (mapcar #'shown (flymake-diagnostics))))
       (fix (seq-some #'ignore-fix (flymake-diagnostics))))
  (eglot--apply-workspace-edit (plist-get fix :edit))
  (goto-char (point-min))
  (re-search-forward "-- confiture: ignore .*$")
  (let ((answer `((diagnostics . ,diagnostics) (inserted . ,(match-string 0)))))
    (with-temp-file (getenv "ANSWER") (insert (json-encode answer)))))
(eglot-shutdown (eglot-current-server))
